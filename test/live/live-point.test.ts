import * as assert from 'uvu/assert'
import { responseTimesOf } from '../../harness/live/latency.ts'
import { joinPoints, pointOf } from '../../harness/live/live-point.ts'
import type { LivePoint } from '../../harness/model/live-view.ts'
import type { MergedInterval } from '../../harness/model/merged-interval.ts'
import { byHardName, entriesIn } from '../kit/hard-names.ts'
import { aMergedSecond, type SecondShape } from '../kit/live-intervals.ts'
import { describe } from '../kit/suite.ts'

function aPoint(shape: SecondShape, changes: Partial<MergedInterval> = {}): LivePoint {
  const interval = { ...aMergedSecond(0, shape), ...changes }
  return pointOf(interval, responseTimesOf([interval]))
}

const near = (actual: number | null, expected: number) =>
  assert.ok(actual !== null && Math.abs(actual - expected) <= expected / 1000, `${actual} for ${expected}`)

describe('A point of the series', (test) => {
  test('holds rates of its interval, however long that was', () => {
    const point = aPoint({ okMs: [20, 20, 20], failed: 1 }, { startMs: 0, endMs: 2_000 })

    assert.equal([point.atMs, point.plannedPerSec, point.startedPerSec], [2_000, 2, 2])
    assert.equal([point.requestsPerSec, point.errorsPerSec], [2, { status: 0.5 }])
  })

  test('holds percentiles of every request that came to an end', () => {
    const point = aPoint({ okMs: Array.from({ length: 100 }, (_, i) => i + 1) })

    near(point.p50Ms, 50)
    near(point.p95Ms, 95)
    near(point.p99Ms, 99)
  })

  test('holds none where nothing came to an end', () => {
    const point = aPoint({})

    assert.equal([point.p50Ms, point.p99Ms, point.requestsPerSec], [null, null, 0])
  })

  test('holds the mean time of an answer by component, and what the target used', () => {
    const target = { cpuCores: 1.5, rssBytes: 4e8, cpuRatio: 0.75, memoryRatio: 0.2 }

    const point = aPoint({ okMs: [20] }, { components: { llm: { count: 4, sumUs: 80_000 } }, target })

    assert.equal(point.componentMs, { llm: 20 })
    assert.equal([point.targetCpuCores, point.targetRssBytes], [1.5, 4e8])
  })
})

describe('Points as one', (test) => {
  test('hold the mean of rates, the worst of percentiles and the latest of gauges', () => {
    const first = { ...aPoint({ okMs: [100, 100], failed: 2 }), atMs: 1_000, activeAgents: 3 }
    const last = { ...aPoint({ okMs: [20, 20] }), atMs: 2_000, activeAgents: 5 }

    const joined = joinPoints([first, last])

    assert.equal([joined.atMs, joined.activeAgents], [2_000, 5])
    assert.equal([joined.requestsPerSec, joined.errorsPerSec], [3, { status: 1 }])
    near(joined.p99Ms, 100)
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

    const { componentMs, targetCpuCores, targetRssBytes } = joinPoints([spike, calm])

    assert.equal([componentMs, targetCpuCores, targetRssBytes], [{ db: 90, llm: 5 }, 2, 7])
  })

  test('know what one of them knows', () => {
    const joined = joinPoints([aPoint({ okMs: [20] }), aPoint({})])

    near(joined.p50Ms, 20)
    assert.is(joinPoints([aPoint({}), aPoint({})]).p50Ms, null)
  })

  test('keep figures by names that objects inherit apart', () => {
    const named = { errors: byHardName(() => 2), components: byHardName(() => ({ count: 1, sumUs: 3_000 })) }

    const joined = joinPoints([aPoint({ okMs: [20] }, named), aPoint({ okMs: [20] })])

    assert.equal(entriesIn(joined.errorsPerSec), entriesIn(byHardName(() => 1)))
    assert.equal(entriesIn(joined.componentMs), entriesIn(byHardName(() => 3)))
  })
})
