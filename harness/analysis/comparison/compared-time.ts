/**
 * The time whose percentiles are compared: response time, unless the generator was late to send. Then what users waited is the
 * generator's doing, and service time, which begins when the request has left, takes its place in every run.
 */
import { COMPARED_PERCENTILES, type ComparedPercentile, type RunSummary } from '../../model/run-summary.ts'
import { allRunsOf, type ComparedRun, type ComparisonInput, newRunsOf, withRuns } from './compared-run.ts'

export type ComparedTime = 'response_time' | 'service_time'

/** Tells which time of the runs is compared. */
export function comparedTime(input: ComparisonInput): ComparedTime {
  const isLate = newRunsOf(input).some(({ trust }) => trust === 'service_time')
  return isLate && allRunsOf(input).every(hasServiceTime) ? 'service_time' : 'response_time'
}

/** The runs with the percentiles of their service time in place of those of their response time. */
export function byServiceTime(input: ComparisonInput): ComparisonInput {
  return withRuns(input, (run) => ({
    ...run,
    summary: served(run.summary),
    steps: Object.fromEntries(Object.entries(run.steps).map(([step, summary]) => [step, served(summary)])),
  }))
}

function hasServiceTime({ summary }: ComparedRun): boolean {
  return Object.keys(summary.serviceTime).length > 0
}

function served(summary: RunSummary): RunSummary {
  const { throughput, error_ratio } = summary.metrics
  return {
    ...summary,
    metrics: {
      ...(throughput === undefined ? {} : { throughput }),
      ...(error_ratio === undefined ? {} : { error_ratio }),
      ...summary.serviceTime,
    },
  }
}

/** Tests whether a metric is a percentile of a time. */
export function isPercentile(metric: string): metric is ComparedPercentile {
  return COMPARED_PERCENTILES.some((percentile) => percentile === metric)
}
