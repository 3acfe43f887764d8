/** The metrics of a comparison and their margins (STATS section 4.5). */
import type { ComparedMetric } from '../../model/run-summary.ts'
import type { NoiseFloor } from './moderated-test.ts'

export interface ComparisonSettings {
  /** Metrics that decide; the others are not looked at. */
  readonly gates: readonly ComparedMetric[]
  /** Relative changes that matter; for error_ratio a difference of the ratio itself. */
  readonly margins: Readonly<Record<ComparedMetric, number>>
  readonly noise: Readonly<Record<ComparedMetric, NoiseFloor>>
  /** A comparison of the whole run that could not have seen a change of this size says so. */
  readonly blindFrom: number
  /** One that could not have seen a change of this size has judged nothing. */
  readonly invalidFrom: number
}

const D0 = 4
const floor = (s0: number): NoiseFloor => ({ s0, d0: D0 })

/** STATS section 4.5, with the reasons for each. */
export const DEFAULT_COMPARISON: ComparisonSettings = {
  gates: ['p50', 'p95', 'p99', 'throughput', 'error_ratio'],
  margins: { p50: 0.05, p95: 0.05, p99: 0.05, p99_9: 0.05, throughput: 0.03, error_ratio: 0.001 },
  noise: {
    p50: floor(0.03),
    p95: floor(0.03),
    p99: floor(0.04),
    p99_9: floor(0.08),
    throughput: floor(0.015),
    error_ratio: floor(0.004),
  },
  blindFrom: 0.25,
  invalidFrom: 0.5,
}
