/**
 * A run's figures for comparison (STATS section 4.1). Quantiles are nearest rank on the merged histogram, never the mean
 * of interval quantiles; their uncertainty is that of Woodruff (1952) with a design effect from the interval series:
 *
 *   se_p = sqrt(deff p (1-p) / N)        w = ((ln q(p + se_p) - ln q(p - se_p)) / 2)^2
 */
import { sum } from 'simple-statistics'
import type { SparseCounts } from '../../base/histogram.ts'
import { countAbove, keysAt, sumOf, totalOf } from '../../measure/sparse-counts.ts'
import type { ComparedMetric, MetricSummary, RunSummary } from '../../model/run-summary.ts'
import { designEffect } from '../design-effect.ts'
import { countStalls } from './stalls.ts'

/** Requests of one interval; `values` alternates value in microseconds and count, values rising. */
export interface SummaryInterval {
  readonly errors: number
  readonly values: SparseCounts
}

const QUANTILES: readonly (readonly [metric: ComparedMetric, p: number])[] = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p99_9', 0.999],
]

/** @param seconds covered by the intervals */
export function summarizeRun(intervals: readonly SummaryInterval[], seconds: number): RunSummary {
  const totals = intervals.map(({ values }) => totalOf(values))
  const requests = sum(totals)
  const errors = sum(intervals.map((interval) => interval.errors))
  const stalledIntervals = countStalls(totals)
  if (requests === 0 || seconds <= 0) return { requests, errors, seconds, stalledIntervals, metrics: {} }
  const merged = sumOf(intervals.map(({ values }) => values))
  const latencies = QUANTILES.map(
    ([metric, p]) => [metric, quantileSummary(merged, requests, intervals, totals, p)] as const,
  )
  return {
    requests,
    errors,
    seconds,
    stalledIntervals,
    metrics: {
      ...Object.fromEntries(latencies),
      throughput: { y: -Math.log(requests / seconds), w: 1 / requests, designEffect: 1 },
      // Anscombe's form of the arcsine transformation: it works without errors, too.
      error_ratio: {
        y: 2 * Math.asin(Math.sqrt(Math.min(1, (errors + 3 / 8) / (requests + 3 / 4)))),
        w: 1 / requests,
        designEffect: 1,
      },
    },
  }
}

function quantileSummary(
  merged: SparseCounts,
  requests: number,
  intervals: readonly SummaryInterval[],
  totals: readonly number[],
  p: number,
): MetricSummary {
  const quantile = (share: number) => keysAt(merged, [share], requests)[0] as number
  const value = quantile(p)
  const effect = designEffect(
    intervals.map(({ values }, i) => ({ over: countAbove(values, value), total: totals[i] as number })),
  )
  const se = Math.sqrt((effect * p * (1 - p)) / requests)
  const halfWidth = (Math.log(quantile(p + se)) - Math.log(quantile(p - se))) / 2
  return { y: Math.log(value), w: halfWidth ** 2, designEffect: effect }
}
