/** The metric of the catalogue that a compared figure is one of. */
import type { ComparisonCheck } from '../../model/comparison.ts'

/** Names the metric of a gate, for whoever asks a metric for its traits. */
export function comparedMetric({ metric, time }: Pick<ComparisonCheck, 'metric' | 'time'>): {
  readonly metric: string
} {
  const isRate = metric === 'throughput' || metric === 'error_ratio'
  return { metric: isRate ? metric : (time ?? 'response_time') }
}
