import { existsSync, readFileSync } from 'node:fs'
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

/** Time this thread has been on a core, ns. */
const onCoreNs = () => Number(readFileSync(SCHEDULER_STATISTICS, 'utf8').split(' ')[0])

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
    assert.ok(active >= 59, `${active} ms active`)
    // A loop that has to wait for its core may find its timer due, and not have idled: it is looked at until it has.
    const idle = new Float64Array(allocateShardCounters(0, 0))
    while (idle[SHARD_COLUMN.loopIdleMs] === 0) {
      const stopIdle = watchHealth(idle, new VirtualClock(), 'normal')
      await new Promise((resolve) => setTimeout(resolve, 5))
      stopIdle()
    }
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
      const [beforeNs, ownNs] = [onCoreNs(), () => onCoreNs() - beforeNs]
      while (ownNs() < 10e6);
      const leastNs = ownNs()
      stop()

      const cpuNs = counters[SHARD_COLUMN.cpuNs]!
      assert.ok(cpuNs >= leastNs && cpuNs <= onCoreNs(), `${cpuNs} ns on a core, ${leastNs} at least`)
      assert.ok(counters[SHARD_COLUMN.runQueueNs]! >= 0)
    })
  } else {
    test.skip('counts the time this thread was on a core', `there is no ${SCHEDULER_STATISTICS}`)
  }
})
