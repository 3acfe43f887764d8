/**
 * A run's figures for comparison (STATS section 4.1). Quantiles are nearest rank on the merged histogram, never the mean
 * of interval quantiles; their uncertainty is that of Woodruff (1952) with a design effect from the interval series:
 *
 *   se_p = sqrt(deff p (1-p) / N)        w = ((ln q(p + se_p) - ln q(p - se_p)) / 2)^2
 */
import { sum } from 'simple-statistics'
import type { ComparedMetric, MetricSummary, RunSummary } from '../../model/run-summary.ts'
import { designEffect } from '../design-effect.ts'
import { countStalls } from './stalls.ts'

/** Requests of one interval: values with their counts, values rising. */
export interface SummaryInterval {
  readonly errors: number
  readonly values: readonly (readonly [valueUs: number, count: number])[]
}

const QUANTILES: readonly (readonly [metric: ComparedMetric, p: number])[] = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p99_9', 0.999],
]

/** @param seconds covered by the intervals */
export function summarizeRun(intervals: readonly SummaryInterval[], seconds: number): RunSummary {
  const totals = intervals.map(({ values }) => sum(values.map(([, count]) => count)))
  const requests = sum(totals)
  const errors = sum(intervals.map((interval) => interval.errors))
  const stalledIntervals = countStalls(totals)
  if (requests === 0 || seconds <= 0) return { requests, errors, seconds, stalledIntervals, metrics: {} }
  const merged = mergedValues(intervals)
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

type Values = readonly (readonly [valueUs: number, count: number])[]

function mergedValues(intervals: readonly SummaryInterval[]): Values {
  const counts = new Map<number, number>()
  for (const { values } of intervals)
    for (const [value, count] of values) counts.set(value, (counts.get(value) ?? 0) + count)
  return [...counts].sort(([a], [b]) => a - b)
}

function quantileSummary(
  merged: Values,
  requests: number,
  intervals: readonly SummaryInterval[],
  totals: readonly number[],
  p: number,
): MetricSummary {
  const quantile = (share: number) => nearestRank(merged, requests, share)
  const value = quantile(p)
  const effect = designEffect(
    intervals.map(({ values }, i) => ({ over: countOver(values, value), total: totals[i] as number })),
  )
  const se = Math.sqrt((effect * p * (1 - p)) / requests)
  const halfWidth = (Math.log(quantile(p + se)) - Math.log(quantile(p - se))) / 2
  return { y: Math.log(value), w: halfWidth ** 2, designEffect: effect }
}

function nearestRank(merged: Values, requests: number, share: number): number {
  const rank = Math.min(requests, Math.max(1, Math.ceil(share * requests)))
  let seen = 0
  for (const [value, count] of merged) {
    seen += count
    if (seen >= rank) return value
  }
  return (merged[merged.length - 1] as Values[number])[0]
}

function countOver(values: Values, bound: number): number {
  return sum(values.map(([value, count]) => (value > bound ? count : 0)))
}
