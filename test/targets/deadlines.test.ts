import * as assert from 'uvu/assert'
import { Deadlines, SWEEP_PERIOD_MS } from '../../harness/targets/deadlines.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

function watched() {
  const clock = new VirtualClock()
  const expired: (readonly [slot: number, atMs: number])[] = []
  const deadlines = new Deadlines(clock, (slot) => expired.push([slot, clock.nowMs()]))
  return { clock, deadlines, expired }
}

describe('Deadlines', (test) => {
  test('tells each slot once, at most a sweep late and never early', async () => {
    const { clock, deadlines, expired } = watched()
    deadlines.set(0, 120)
    deadlines.set(3, 10)

    await clock.advance(1000)

    assert.equal(expired, [
      [3, SWEEP_PERIOD_MS],
      [0, 3 * SWEEP_PERIOD_MS],
    ])
  })

  test('knows a deadline that has passed before the sweep does, but not while the loop may have stood still', async () => {
    const { clock, deadlines } = watched()
    deadlines.set(0, 10)
    await clock.advance(30)

    assert.equal(
      [deadlines.isPast(0, 10), deadlines.isPast(0, 30), deadlines.isPast(1, 30)],
      [false, true, false],
    )
    assert.is(deadlines.isPast(0, 10 + 60_000), false)
  })

  test('forgets what was cleared and follows what was moved', async () => {
    const { clock, deadlines, expired } = watched()
    deadlines.set(0, 10)
    deadlines.set(1, 10)
    deadlines.clear(0)
    deadlines.set(1, 210)

    await clock.advance(200)
    assert.equal(expired, [])

    await clock.advance(50)
    assert.equal(expired, [[1, 250]])
  })

  test('grows to any slot and keeps what was set before', async () => {
    const { clock, deadlines, expired } = watched()
    deadlines.set(2, 10)
    deadlines.set(10_000, 10)

    await clock.advance(SWEEP_PERIOD_MS)

    assert.equal(
      expired.map(([slot]) => slot),
      [2, 10_000],
    )
  })

  test('may be set again from inside the call', async () => {
    const clock = new VirtualClock()
    let count = 0
    const deadlines: Deadlines = new Deadlines(clock, (slot) => {
      count++
      deadlines.set(slot, clock.nowMs() + 1)
    })
    deadlines.set(0, 1)

    await clock.advance(4 * SWEEP_PERIOD_MS)

    assert.is(count, 4)
  })

  test('are not passed while the loop stands still: nobody could hear an answer', async () => {
    const { clock, deadlines, expired } = watched()
    deadlines.set(0, 1_000)
    await clock.advance(500)
    clock.freeze(5_000)

    await clock.advance(400)
    assert.equal(expired, [])
    await clock.advance(200)
    assert.is(expired.length, 1)
  })

  test('leaves no timer behind', () => {
    const { clock, deadlines } = watched()
    deadlines.stop()

    assert.is(clock.pendingCount, 0)
  })
})
