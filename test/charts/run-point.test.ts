import * as assert from 'uvu/assert'
import { percentilesOf } from '../../harness/charts/percentiles.ts'
import { runPointOf } from '../../harness/charts/run-point.ts'
import { responseTimesOf } from '../../harness/live/latency.ts'
import type { MergedInterval } from '../../harness/model/merged-interval.ts'
import { aMergedSecond, type SecondShape } from '../kit/live-intervals.ts'
import { describe } from '../kit/suite.ts'

const LOAD_MS = 60_000

function aPoint(shape: SecondShape, changes: Partial<MergedInterval> = {}) {
  const interval = { ...aMergedSecond(0, shape), ...changes }
  return runPointOf(interval, LOAD_MS, percentilesOf(responseTimesOf([interval])))
}

describe('A point of the series', (test) => {
  test('holds rates of its interval, however long that was', () => {
    const point = aPoint({ okMs: [20, 20, 20], failed: 1 }, { startMs: 0, endMs: 2_000 })

    assert.equal([point.endMs, point.plannedPerSec, point.startedPerSec], [2_000, 2, 2])
    assert.equal([point.requestsPerSec, point.errorsPerSec], [2, { status: 0.5 }])
  })

  test('holds percentiles of every request that came to an end', () => {
    const point = aPoint({ okMs: Array.from({ length: 100 }, (_, i) => i + 1) })

    assert.equal(point.percentilesMs, { p50: 50.02, p95: 95.04, p99: 99.01 })
  })

  test('holds none where nothing came to an end', () => {
    const point = aPoint({})

    assert.equal(
      [point.percentilesMs['p50'], point.percentilesMs['p99'], point.requestsPerSec],
      [null, null, 0],
    )
  })

  test('holds the mean time of an answer by component, and what the target used', () => {
    const target = { cpuCores: 1.5, rssBytes: 4e8, cpuRatio: 0.75, memoryRatio: 0.2 }

    const answers = { okMs: [20, 20, 20, 20] }
    const point = aPoint(answers, { components: { llm: { count: 2, sumUs: 80_000 } }, target })

    assert.equal(point.componentMs, { llm: 20 })
    assert.equal(point.target, { cpuCores: 1.5, rssBytes: 4e8 })
  })

  test('holds no rates once load is over: nothing is begun then', () => {
    const point = aPoint({ okMs: [20] }, { startMs: 60_000, endMs: 61_000 })

    assert.equal([point.plannedPerSec, point.startedPerSec, point.requestsPerSec], [null, null, null])
    assert.is(point.activeAgents, 10)
  })
})
