import * as assert from 'uvu/assert'
import { increaseOf, type Reading, watchSpans } from '../../harness/probes/spans.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

/** Reads the instants of a clock; null where a script says so. */
function rig(script: readonly boolean[] = []) {
  const clock = new VirtualClock()
  let reads = 0
  const spans = watchSpans<Reading>(async () => {
    const there = script[reads++] ?? true
    return there ? { atMs: clock.nowMs() } : null
  }, clock)
  const nextAfter = async (ms: number) => {
    await clock.advance(ms)
    const next = spans.next()
    await clock.advance(1_000)
    const { earlier, latest } = await next
    return [earlier?.atMs ?? null, latest?.atMs ?? null]
  }
  return { nextAfter }
}

describe('watchSpans', (test) => {
  test('gives what lies between a reading and the one before, the first of them taken at once', async () => {
    const { nextAfter } = rig()

    assert.equal(await nextAfter(500), [0, 500])
    assert.equal(await nextAfter(0), [500, 1_500])
  })

  test('waits until a span is long enough to divide by', async () => {
    assert.equal(await rig().nextAfter(0), [0, 100])
  })

  test('begins anew after a reading that found nothing', async () => {
    const { nextAfter } = rig([true, false, true, true])

    assert.equal(await nextAfter(500), [0, null])
    assert.equal(await nextAfter(0), [null, 1_500])
    assert.equal(await nextAfter(0), [1_500, 2_500])
  })
})

describe('increaseOf', (test) => {
  test('takes a counter that fell for one that began anew', () => {
    assert.is(increaseOf(10, 25), 15)
    assert.is(increaseOf(10, 10), 0)
    assert.is(increaseOf(1_000, 7), 7)
  })
})
