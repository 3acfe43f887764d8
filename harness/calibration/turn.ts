import type { SparseHistogram } from '../measure/sparse-histogram.ts'

/** What every generator is asked to do in its turn: closed model, the next request when the last one is answered. */
export interface TurnRequest {
  readonly url: string
  readonly connections: number
  /** Measured time. */
  readonly seconds: number
  /** Before it, not measured. */
  readonly warmUpSeconds: number
}

/** What a generator measured in its turn. */
export interface TurnFigures {
  readonly requestsPerSec: number
  /** User and system time of its process. */
  readonly cpuUsPerRequest: number
  readonly errorCount: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
}

/** From sent to answered. */
export function percentilesOf(
  histogram: SparseHistogram,
): Pick<TurnFigures, 'p50Ms' | 'p95Ms' | 'p99Ms' | 'p999Ms'> {
  const ms = (quantile: number) => histogram.quantileUs(quantile) / 1000
  return { p50Ms: ms(0.5), p95Ms: ms(0.95), p99Ms: ms(0.99), p999Ms: ms(0.999) }
}
