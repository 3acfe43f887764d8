import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { TimingWheel } from '../../harness/engine/timing-wheel.ts'
import { describe } from '../kit/suite.ts'

type Fired = readonly [agent: number, dueMs: number]

function advance(wheel: TimingWheel, nowMs: number): Fired[] {
  const fired: Fired[] = []
  wheel.advance(nowMs, (agent, dueMs) => fired.push([agent, dueMs]))
  return fired
}

const byAgent = (a: Fired, b: Fired) => a[0] - b[0]
const agentsOf = (fired: readonly Fired[]) => fired.map(([agent]) => agent)

describe('TimingWheel', (test) => {
  test('fires whoever is due, with the exact instant, and nobody else', () => {
    const wheel = new TimingWheel(4, 1_000)
    wheel.schedule(0, 1_005.03)
    wheel.schedule(1, 1_005.04)
    wheel.schedule(2, 1_006)

    assert.equal(advance(wheel, 1_005.03), [[0, 1_005.03]])
    assert.equal(advance(wheel, 1_005.999), [[1, 1_005.04]])
    assert.equal(advance(wheel, 1_006), [[2, 1_006]])
    assert.is(wheel.waitingCount, 0)
  })

  test('fires in the order of slots of an eighth of a millisecond', () => {
    const wheel = new TimingWheel(3, 0)
    wheel.schedule(0, 3)
    wheel.schedule(1, 1)
    wheel.schedule(2, 2)

    assert.equal(agentsOf(advance(wheel, 10)), [1, 2, 0])
  })

  test('fires an instant already past at the next turn, with that instant', () => {
    const wheel = new TimingWheel(1, 1_000)
    wheel.schedule(0, 400)

    assert.equal(advance(wheel, 1_000), [[0, 400]])
  })

  test('keeps whoever is due in a later rotation', () => {
    const wheel = new TimingWheel(2, 0, 64)
    wheel.schedule(0, 5)
    wheel.schedule(1, 5 + 8 * 3)

    assert.equal(agentsOf(advance(wheel, 6)), [0])
    assert.equal(agentsOf(advance(wheel, 28)), [])
    assert.equal(agentsOf(advance(wheel, 29)), [1])
  })

  test('misses nobody after a pause of many rotations', () => {
    const wheel = new TimingWheel(3, 0, 64)
    for (const [agent, dueMs] of [1, 70, 900].entries()) wheel.schedule(agent, dueMs)

    assert.equal(agentsOf(advance(wheel, 800).sort(byAgent)), [0, 1])
    assert.is(wheel.waitingCount, 1)
  })

  test('lets a firing agent wait again, even for an instant already past', () => {
    const wheel = new TimingWheel(1, 0)
    const instants: number[] = []
    wheel.schedule(0, 1)
    const again = (agent: number, dueMs: number) => {
      instants.push(dueMs)
      wheel.schedule(agent, dueMs + 0.5)
    }
    for (let nowMs = 1; nowMs <= 6; nowMs++) wheel.advance(nowMs, again)

    assert.equal(
      instants,
      instants.map((_, i) => 1 + i * 0.5),
    )
    assert.ok(instants.length >= 6, `${instants.length} fired`)
    assert.is(wheel.waitingCount, 1)
  })

  test('fires what a sorted list would, whatever is scheduled and however time moves', () => {
    const anyCase = fc.record({
      slotCount: fc.constantFrom(8, 64, 1_024),
      patience: fc.integer({ min: 1, max: 5 }),
      startMs: fc.double({ min: 0, max: 10_000, noNaN: true }),
      turns: fc.array(
        fc.record({
          waits: fc.array(fc.double({ min: -5, max: 300, noNaN: true }), { maxLength: 10 }),
          passMs: fc.oneof(
            fc.double({ min: 0, max: 3, noNaN: true }),
            fc.double({ min: 0, max: 200, noNaN: true }),
          ),
        }),
        { maxLength: 30 },
      ),
    })
    fc.assert(
      fc.property(anyCase, ({ slotCount, patience, startMs, turns }) => {
        const wheel = new TimingWheel(300, startMs, slotCount)
        let waiting: Fired[] = []
        let nowMs = startMs
        let nextAgent = 0
        for (const { waits, passMs } of turns) {
          for (const waitMs of waits) {
            waiting.push([nextAgent, nowMs + waitMs])
            wheel.schedule(nextAgent++, nowMs + waitMs)
          }
          nowMs += passMs
          const due = waiting.filter(([, dueMs]) => dueMs <= nowMs)
          waiting = waiting.filter(([, dueMs]) => dueMs > nowMs)
          const fired: Fired[] = []
          let before = -1
          // Interrupted after every few agents, as a turn of the loop does.
          while (fired.length > before) {
            before = fired.length
            wheel.advance(
              nowMs,
              (agent, dueMs) => fired.push([agent, dueMs]),
              () => fired.length % patience !== 0,
            )
          }
          assert.equal(fired.sort(byAgent), due.sort(byAgent))
          assert.is(wheel.waitingCount, waiting.length)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('stops in the midst of a slot, too, and loses nobody however often it does', () => {
    const wheel = new TimingWheel(4, 0, 64)
    // All in one slot: three due now, two later in the same slot, one a rotation later.
    const dues = [1, 1.01, 1.02, 1.05, 1.1, 9.01]
    for (const [agent, dueMs] of dues.entries()) wheel.schedule(agent, dueMs)
    const fired: Fired[] = []
    const onDue = (agent: number, dueMs: number) => fired.push([agent, dueMs])
    const turnsUntil = (nowMs: number) => {
      const counts: number[] = []
      do {
        const before = fired.length
        wheel.advance(nowMs, onDue, () => false)
        counts.push(fired.length - before)
      } while (counts.at(-1) !== 0)
      return counts
    }

    assert.equal(turnsUntil(1.03), [1, 1, 1, 0])
    assert.equal(turnsUntil(1.07), [1, 0])
    assert.equal(turnsUntil(8), [1, 0])
    assert.equal(turnsUntil(9.1), [1, 0])
    assert.equal(fired.map(([, dueMs]) => dueMs).sort(), [...dues].sort())
    assert.is(wheel.waitingCount, 0)
  })

  test('stops between slots when it may not go on, and fires the rest next time with its own instants', () => {
    const wheel = new TimingWheel(4, 0)
    for (let agent = 0; agent < 4; agent++) wheel.schedule(agent, 1 + agent)
    const fired: [number, number][] = []
    const onDue = (agent: number, dueMs: number) => fired.push([agent, dueMs])

    wheel.advance(10, onDue, () => fired.length < 2)
    assert.equal(fired, [
      [0, 1],
      [1, 2],
    ])
    assert.is(wheel.waitingCount, 2)
    wheel.advance(10, onDue)
    assert.equal(fired.slice(2), [
      [2, 3],
      [3, 4],
    ])
  })
})
