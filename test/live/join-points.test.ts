import * as assert from 'uvu/assert'
import { percentilesOf } from '../../harness/charts/percentiles.ts'
import { runPointOf } from '../../harness/charts/run-point.ts'
import { joinPoints } from '../../harness/live/join-points.ts'
import { responseTimesOf } from '../../harness/live/latency.ts'
import type { MergedInterval } from '../../harness/model/merged-interval.ts'
import type { RunPoint } from '../../harness/model/run-point.ts'
import { byHardName, entriesIn } from '../kit/hard-names.ts'
import { aMergedSecond, type SecondShape } from '../kit/live-intervals.ts'
import { describe } from '../kit/suite.ts'

function aPoint(shape: SecondShape, changes: Partial<MergedInterval> = {}): RunPoint {
  const interval = { ...aMergedSecond(0, shape), ...changes }
  return runPointOf(interval, 60_000, percentilesOf(responseTimesOf([interval])))
}

const near = (actual: number | null, expected: number) =>
  assert.ok(actual !== null && Math.abs(actual - expected) <= expected / 1000, `${actual} for ${expected}`)

describe('Points as one', (test) => {
  test('hold the mean of rates, the worst of percentiles and the latest of gauges', () => {
    const first = { ...aPoint({ okMs: [100, 100], failed: 2 }), endMs: 1_000, activeAgents: 3 }
    const last = { ...aPoint({ okMs: [20, 20] }), endMs: 2_000, activeAgents: 5 }

    const joined = joinPoints([first, last])

    assert.equal([joined.startMs, joined.endMs, joined.activeAgents], [0, 2_000, 5])
    assert.equal([joined.requestsPerSec, joined.errorsPerSec], [3, { status: 1 }])
    near(joined.percentilesMs['p99'] ?? null, 100)
  })

  test('keep the worst of times and of what the target uses, so that a spike stays', () => {
    const target = { cpuCores: 0, rssBytes: 0, cpuRatio: null, memoryRatio: null }
    const spike = aPoint(
      {},
      { components: { db: { count: 1, sumUs: 90_000 } }, target: { ...target, cpuCores: 2, rssBytes: 7 } },
    )
    const calm = aPoint(
      {},
      { components: { db: { count: 1, sumUs: 1_000 }, llm: { count: 1, sumUs: 5_000 } }, target },
    )

    const { componentMs, target: used } = joinPoints([spike, calm])

    assert.equal(
      [componentMs, used],
      [
        { db: 90, llm: 5 },
        { cpuCores: 2, rssBytes: 7 },
      ],
    )
  })

  test('know what one of them knows', () => {
    const joined = joinPoints([aPoint({ okMs: [20] }), aPoint({})])

    near(joined.percentilesMs['p50'] ?? null, 20)
    assert.is(joinPoints([aPoint({}), aPoint({})]).percentilesMs['p50'], null)
  })

  test('keep figures by names that objects inherit apart', () => {
    const named = { errors: byHardName(() => 2), components: byHardName(() => ({ count: 1, sumUs: 3_000 })) }

    const joined = joinPoints([aPoint({ okMs: [20] }, named), aPoint({ okMs: [20] })])

    assert.equal(entriesIn(joined.errorsPerSec), entriesIn(byHardName(() => 1)))
    assert.equal(entriesIn(joined.componentMs), entriesIn(byHardName(() => 3)))
  })
})
