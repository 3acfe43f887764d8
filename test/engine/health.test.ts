import { existsSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { watchHealth } from '../../harness/engine/health.ts'
import { allocateShardCounters, SHARD_COLUMN } from '../../harness/engine/shard-memory.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

const SCHEDULER_STATISTICS = '/proc/thread-self/schedstat'

function spin(forMs: number): void {
  const endMs = performance.now() + forMs
  while (performance.now() < endMs);
}

/** Turns of the loop, so that the loop itself can be measured. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('watchHealth', (test) => {
  test('tells a busy loop from an idle one', async () => {
    const counters = new Float64Array(allocateShardCounters(0, 0))
    await turn()
    const stop = watchHealth(counters, new VirtualClock(), 'normal')
    await turn()
    spin(60)
    await turn()
    stop()

    const active = counters[SHARD_COLUMN.loopActiveMs]!
    assert.ok(active >= 50, `${active} ms active`)
    assert.ok(counters[SHARD_COLUMN.loopIdleMs]! < active)
  })

  test('samples on its clock, and no more once stopped', async () => {
    const clock = new VirtualClock()
    const counters = new Float64Array(allocateShardCounters(0, 0))
    const stop = watchHealth(counters, clock, 'normal')
    assert.is(clock.pendingCount, 1)
    await turn()
    spin(20)
    await clock.advance(250)
    const sampled = counters[SHARD_COLUMN.loopActiveMs]!
    stop()

    assert.ok(sampled > 0, `${sampled} ms active at the first sample`)
    assert.is(clock.pendingCount, 0)
  })

  if (existsSync(SCHEDULER_STATISTICS)) {
    test('counts the time this thread was on a core', () => {
      const counters = new Float64Array(allocateShardCounters(0, 0))
      const stop = watchHealth(counters, new VirtualClock(), 'normal')
      spin(60)
      stop()

      const cpuMs = counters[SHARD_COLUMN.cpuNs]! / 1e6
      assert.ok(cpuMs > 5 && cpuMs < 1_000, `${cpuMs} ms on a core`)
      assert.ok(counters[SHARD_COLUMN.runQueueNs]! >= 0)
    })
  } else {
    test.skip('counts the time this thread was on a core', `there is no ${SCHEDULER_STATISTICS}`)
  }
})
