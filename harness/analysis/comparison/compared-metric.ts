/** The metric of the catalogue that a compared figure is one of. */
import type { CheckedMetric } from '../../model/comparison.ts'

const COMPARED: Readonly<Record<CheckedMetric, string>> = {
  p50: 'response_time',
  p95: 'response_time',
  p99: 'response_time',
  p99_9: 'response_time',
  stalls: 'response_time',
  throughput: 'throughput',
  error_ratio: 'error_ratio',
}

/** Names the metric of a gate, for whoever asks a metric for its traits. */
export function comparedMetric({ metric }: { readonly metric: CheckedMetric }): { readonly metric: string } {
  return { metric: COMPARED[metric] }
}
