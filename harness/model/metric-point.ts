/** Figures of a run by name and labels, in the form in which monitoring systems keep them. */
import type { SparseCounts } from '../base/histogram.ts'

export type MetricType = 'counter' | 'gauge' | 'histogram'

/** A named figure, whatever its labels. */
export interface MetricFamily {
  /** Lower case with underscores, without prefix and suffix: `response_time`. */
  readonly key: string
  readonly type: MetricType
  /** The unit as OpenTelemetry writes it: s, By, 1, {core}; empty for a count. */
  readonly unit: string
  /** The word by which the unit ends the name: `_seconds`; empty for a count, and where the name says it already. */
  readonly suffix: string
  readonly help: string
}

export type Labels = Readonly<Record<string, string>>

/** Everything that was recorded of one histogram so far. */
export interface HistogramTotals {
  /** By bucket of `base/histogram.ts`, in the unit in which it is recorded. */
  readonly counts: SparseCounts
  readonly count: number
  /** Exact, in the unit of the family. */
  readonly sum: number
  /** The number of recorded units in one of the family: 1,000,000 microseconds in a second. */
  readonly recordedPer: number
  /** Exact numbers of values above a bound, by rising bounds in the unit of the family. */
  readonly over: readonly (readonly [bound: number, count: number])[]
}

/** One series: what it is so far. Counters and histograms begin with the run. */
export type MetricPoint = { readonly family: MetricFamily; readonly labels: Labels } & (
  | { readonly value: number }
  | { readonly histogram: HistogramTotals }
)

/** All series of a run at one instant. */
export interface MetricBatch {
  readonly points: readonly MetricPoint[]
  /** Calendar time, ms: the begin of the load. */
  readonly startMs: number
  /** Calendar time, ms, that neither stands still nor goes back, whatever is done to the clock. */
  readonly atMs: number
}
