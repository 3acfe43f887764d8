import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { waitUntil } from '../../../harness/targets/sandbox/honest-wait.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

/** Fires every timer 0.7 ms early, as Node may. */
class HastyClock extends VirtualClock {
  override after(delayMs: number, callback: () => void): () => void {
    return super.after(delayMs - 0.7, callback)
  }
}

async function endOf(clock: VirtualClock, instantMs: number): Promise<number> {
  let endedMs = Number.NaN
  const waited = waitUntil(clock, instantMs).then(() => {
    endedMs = clock.nowMs()
  })
  await clock.advance(100)
  await waited
  return endedMs
}

describe('waitUntil', (test) => {
  test('ends at the next whole millisecond of waiting', async () => {
    assert.is(await endOf(new VirtualClock(1000), 1012.4), 1013)
  })

  test('waits again when a timer fires early, and is never early itself', async () => {
    for (const leftMs of [0.2, 1, 5.05, 12.4, 12.99]) {
      const endedMs = await endOf(new HastyClock(1000), 1000 + leftMs)
      assert.ok(endedMs >= 1000 + leftMs && endedMs <= 1001 + leftMs, `${leftMs}: ended at ${endedMs}`)
    }
  })

  test('ends at once when the instant has passed', async () => {
    const clock = new VirtualClock(1000)
    await waitUntil(clock, 999)
    assert.is(clock.pendingCount, 0)
  })

  test('is never early on the real clock', async () => {
    const clock = createSystemClock()
    const targets = Array.from({ length: 50 }, (_, index) => clock.nowMs() + 1 + index * 0.37)
    const early = await Promise.all(
      targets.map((atMs) => waitUntil(clock, atMs).then(() => clock.nowMs() < atMs)),
    )
    assert.is(early.filter(Boolean).length, 0)
  })
})
