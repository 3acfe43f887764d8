/**
 * A run's figures for comparison (STATS section 4.1). Quantiles are nearest rank on the merged histogram, never the mean
 * of interval quantiles; their uncertainty is that of Woodruff (1952) with a design effect from the interval series:
 *
 *   se_p = sqrt(deff p (1-p) / N)        w = ((ln q(p + se_p) - ln q(p - se_p)) / 2)^2
 *
 * Service time is kept for the run as a whole, so it takes the design effect of response time: both rise and fall with the
 * seconds of the target.
 */
import { sum } from 'simple-statistics'
import type { SparseCounts } from '../../base/histogram.ts'
import { countAbove, keysAt, sumOf, totalOf } from '../../measure/sparse-counts.ts'
import type { ComparedPercentile, MetricSummary, RunSummary } from '../../model/run-summary.ts'
import { designEffect } from '../design-effect.ts'
import { countStalls } from './stalls.ts'

/** Requests of one interval, completed ones. */
export interface SummaryInterval {
  readonly requests: number
  readonly errors: number
  /** Response times of ok answers and timeouts: alternating value in microseconds and count, values rising. */
  readonly values: SparseCounts
}

const QUANTILES: readonly (readonly [metric: ComparedPercentile, p: number])[] = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p99_9', 0.999],
]

/** @param seconds covered by the intervals @param serviceTime of the whole run, in the form of the intervals' values */
export function summarizeRun(
  intervals: readonly SummaryInterval[],
  seconds: number,
  serviceTime: SparseCounts = [],
): RunSummary {
  const answers = intervals.map((interval) => interval.requests)
  const requests = sum(answers)
  const errors = sum(intervals.map((interval) => interval.errors))
  const figures = { requests, errors, seconds, stalledIntervals: countStalls(answers) }
  if (requests === 0 || seconds <= 0) return { ...figures, metrics: {}, serviceTime: {} }
  // Of a target that fails most requests, the times of the others tell nothing: an outage is no improvement.
  const { responseTime, serviceTime: served } =
    errors > requests / 2 ? NO_LATENCIES : latenciesOf(intervals, serviceTime)
  return {
    ...figures,
    metrics: {
      ...responseTime,
      throughput: { y: -Math.log(requests / seconds), w: 1 / requests, count: requests, designEffect: 1 },
      // Anscombe's form of the arcsine transformation: it works without errors, too.
      error_ratio: {
        y: 2 * Math.asin(Math.sqrt(Math.min(1, (errors + 3 / 8) / (requests + 3 / 4)))),
        w: 1 / requests,
        count: requests,
        designEffect: 1,
      },
    },
    serviceTime: served,
  }
}

interface Latencies {
  readonly responseTime: RunSummary['serviceTime']
  readonly serviceTime: RunSummary['serviceTime']
}

const NO_LATENCIES: Latencies = { responseTime: {}, serviceTime: {} }

function latenciesOf(intervals: readonly SummaryInterval[], serviceTime: SparseCounts): Latencies {
  const totals = intervals.map(({ values }) => totalOf(values))
  const timed = sum(totals)
  if (timed === 0) return NO_LATENCIES
  const merged = sumOf(intervals.map(({ values }) => values))
  const effects = QUANTILES.map(([, p]) =>
    effectAt(keysAt(merged, [p], timed)[0] as number, intervals, totals),
  )
  const summariesOf = (counts: SparseCounts) =>
    Object.fromEntries(
      QUANTILES.map(([metric, p], i) => [metric, quantileSummary(counts, p, effects[i] as number)]),
    )
  return {
    responseTime: summariesOf(merged),
    serviceTime: serviceTime.length === 0 ? {} : summariesOf(serviceTime),
  }
}

function effectAt(value: number, intervals: readonly SummaryInterval[], totals: readonly number[]): number {
  return designEffect(
    intervals.map(({ values }, i) => ({ over: countAbove(values, value), total: totals[i] as number })),
  )
}

function quantileSummary(counts: SparseCounts, p: number, effect: number): MetricSummary {
  const total = totalOf(counts)
  // Nothing is faster than the microsecond that it is measured in.
  const lnQuantile = (share: number) => Math.log(Math.max(1, keysAt(counts, [share], total)[0] as number))
  const se = Math.sqrt((effect * p * (1 - p)) / total)
  const halfWidth = (lnQuantile(p + se) - lnQuantile(p - se)) / 2
  return { y: lnQuantile(p), w: halfWidth ** 2, count: total, designEffect: effect }
}
