import * as assert from 'uvu/assert'
import { FaultInjector } from '../../../harness/targets/sandbox/fault-injector.ts'
import { FaultTimeline } from '../../../harness/targets/sandbox/fault-timeline.ts'
import { type TimedFaults, timedFaultsSchema } from '../../../harness/targets/sandbox/faults.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

const PHASES = [
  { name: 'calm', startMs: 0, endMs: 1_000 },
  { name: 'storm', startMs: 1_000, endMs: 3_000 },
]
const errors = { ratio: 0.5, status: 503 }
const slow = { factor: 4 }

/** The faults in force at each of these instants of a load. */
async function faultsAt(entries: readonly TimedFaults[], ...instantsMs: readonly number[]) {
  const clock = new VirtualClock(5_000)
  const injector = new FaultInjector(clock, 1)
  const timeline = new FaultTimeline(clock, injector, entries)
  timeline.begin(PHASES)
  const seen: unknown[] = []
  let nowMs = 0
  for (const atMs of instantsMs) {
    await clock.advance(atMs - nowMs)
    nowMs = atMs
    seen.push(injector.current)
  }
  timeline.stop()
  return seen
}

describe('FaultTimeline', (test) => {
  test('has faults in force from one instant of the load to another', async () => {
    assert.equal(await faultsAt([{ at: '500ms', until: '2s', errors }], 100, 600, 2_100), [
      {},
      { errors },
      {},
    ])
  })

  test('counts from the start of a phase, and ends with it', async () => {
    assert.equal(await faultsAt([{ phase: 'storm', errors }], 900, 1_100, 2_900, 3_100), [
      {},
      { errors },
      { errors },
      {},
    ])
    assert.equal(await faultsAt([{ phase: 'storm', at: '500ms', until: '9s', slow }], 1_400, 1_600, 3_100), [
      {},
      { slow },
      {},
    ])
  })

  test('adds up what overlaps; of one kind the later entry counts', async () => {
    const entries = [
      { slow, errors },
      { at: '1s', until: '2s', slow: { factor: 9 } },
    ]
    assert.equal(await faultsAt(entries, 100, 1_100, 2_100), [
      { slow, errors },
      { slow: { factor: 9 }, errors },
      { slow, errors },
    ])
  })

  test('begins anew with every load, and leaves out a phase that the load does not have', async () => {
    const clock = new VirtualClock(5_000)
    const injector = new FaultInjector(clock, 1)
    const timeline = new FaultTimeline(clock, injector, [{ phase: 'storm', errors }])
    timeline.begin(PHASES)
    await clock.advance(1_500)
    timeline.begin([{ name: 'calm', startMs: 0, endMs: 9_000 }])
    await clock.advance(10)
    assert.equal(injector.current, {})
    await clock.advance(5_000)
    assert.equal(injector.current, {})
  })

  test('is checked: an end before its begin, and a kind that is none', () => {
    assert.is(timedFaultsSchema.safeParse({ at: '2s', until: '1s', errors }).success, false)
    assert.is(timedFaultsSchema.safeParse({ at: 'soon', errors }).success, false)
    assert.is(timedFaultsSchema.safeParse({ slower: true }).success, false)
    assert.is(
      timedFaultsSchema.safeParse({ law: { lognormal: { p50Ms: 1, p99Ms: 2 } }, fixed: { ms: 1 } }).success,
      false,
    )
  })
})
