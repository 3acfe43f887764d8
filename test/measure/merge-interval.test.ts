import * as assert from 'uvu/assert'
import { mergeInterval } from '../../harness/measure/merge-interval.ts'
import type { IntervalSnapshot } from '../../harness/model/interval-snapshot.ts'
import { aCell, aSnapshot, aStep, RESOURCES } from '../kit/snapshots.ts'
import { describe } from '../kit/suite.ts'

const merge = (snapshots: readonly IntervalSnapshot[]) =>
  mergeInterval(snapshots, { ...RESOURCES, startMs: 0, endMs: 1_000, phase: 'steady', consumerLag: {} })

describe('The interval of all shards', (test) => {
  test('sums gauges over shards and keeps the worst health', () => {
    const { health } = aSnapshot()
    const interval = merge([
      aSnapshot({
        gauges: { activeAgents: 3, backlog: 1, inFlight: 2, regions: {} },
        health: { ...health, loopDelayMaxMs: 5, cpuRatio: 0.4 },
      }),
      aSnapshot({
        shard: 1,
        gauges: { activeAgents: 4, backlog: 0, inFlight: 1, regions: {} },
        health: { ...health, loopDelayMaxMs: 9 },
      }),
    ])

    assert.equal([interval.activeAgents, interval.backlog, interval.inFlight], [7, 1, 3])
    assert.equal(
      [interval.health.loopDelayMaxMs, interval.health.cpuRatio, interval.health.runQueueWaitRatio],
      [9, 0.4, null],
    )
    assert.equal([interval.generator.cpuCores, interval.target], [0.5, null])
  })

  test('adds up agents by region, errors by kind and time by component, and keeps the latest start', () => {
    const snapshot = (shard: number, delayUs: number) =>
      aSnapshot({
        shard,
        gauges: { activeAgents: 3, backlog: 0, inFlight: 0, regions: { emea: 2, apac: 1 } },
        steps: [
          aStep({ ok: 1, failed: 2, errors: { status: 2 } }),
          aStep({ step: 'put', errors: { reset: 1 } }),
        ],
        cells: [
          aCell([delayUs, 1], { metric: 'start_delay', outcome: '' }),
          aCell([400, 1], { metric: 'component_time', outcome: '', component: 'db' }),
          aCell([900, 2], { metric: 'component_time', outcome: '', component: 'llm' }),
        ],
      })
    const interval = merge([snapshot(0, 100), snapshot(1, 1_500)])

    assert.equal(interval.regions, { emea: 4, apac: 2 })
    assert.equal(interval.errors, { status: 4, reset: 2 })
    assert.equal(interval.components, { db: { count: 2, sumUs: 800 }, llm: { count: 4, sumUs: 3_600 } })
    assert.is(interval.startDelayP99Ms, 1.5)
  })

  test('holds the response times of ok answers and timeouts of each step, and of no other metric', () => {
    const interval = merge([
      aSnapshot({
        steps: [aStep({ ok: 2, failed: 1 }), aStep({ step: 'idle', aborted: 1 })],
        cells: [
          aCell([5, 2]),
          aCell([5, 1, 7, 1], { outcome: 'timed-out' }),
          aCell([1, 4], { outcome: 'failed' }),
          aCell([2, 4], { outcome: 'errored' }),
          aCell([99, 9], { metric: 'service_time', outcome: 'ok' }),
        ],
      }),
    ])

    assert.equal(Array.from(interval.steps['get']?.counts ?? []), [5, 3, 7, 1])
    assert.is(interval.steps['idle']?.counts.length, 0)
  })
})
