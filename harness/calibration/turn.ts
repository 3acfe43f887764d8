import type { SparseHistogram } from '../measure/sparse-histogram.ts'

/** The task of a generator in its turn: closed model, the next request when the last one is answered. */
export interface TurnRequest {
  readonly url: string
  readonly connections: number
  /** The measured time. */
  readonly seconds: number
  /** The time before it, not measured. */
  readonly warmUpSeconds: number
}

/** The measurements of a generator in its turn. */
export interface TurnFigures {
  readonly requestsPerSec: number
  /** The user and system time of its process. */
  readonly cpuUsPerRequest: number
  readonly errorCount: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
}

/** Returns the percentiles of the time from sent to answered. */
export function percentilesOf(
  histogram: SparseHistogram,
): Pick<TurnFigures, 'p50Ms' | 'p95Ms' | 'p99Ms' | 'p999Ms'> {
  const ms = (quantile: number) => histogram.quantileUs(quantile) / 1000
  return { p50Ms: ms(0.5), p95Ms: ms(0.95), p99Ms: ms(0.99), p999Ms: ms(0.999) }
}
