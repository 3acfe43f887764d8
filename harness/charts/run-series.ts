/** A finished run as charts need it: one value an interval, histograms decoded once and only when a chart asks for them. */

import { RecordView } from '../analysis/record-view.ts'
import type { SparseCounts } from '../base/histogram.ts'
import { lookUp } from '../base/names.ts'
import { decodeHdr } from '../measure/hdr.ts'
import { SparseHistogram } from '../measure/sparse-histogram.ts'
import type { Baseline } from '../model/baseline.ts'
import type { ChartAxis } from '../model/chart.ts'
import type { RecordInterval, RunRecord } from '../model/run-record.ts'
import type { Verdict } from '../model/verdict.ts'

/** What charts are made of. */
export interface ChartedRun {
  readonly record: RunRecord
  readonly verdict: Verdict
  /** Null when there is nothing to lay it over. */
  readonly baseline: Baseline | null
}

export const TIME_AXIS: ChartAxis = { label: 'time in the run', unit: 's' }

export class RunSeries {
  readonly record: RunRecord
  readonly verdict: Verdict
  readonly baseline: Baseline | null
  readonly view: RecordView
  readonly intervals: readonly RecordInterval[]
  /** Middle of each interval, in seconds of the run. */
  readonly x: readonly number[]
  readonly #decoded = new Map<string, SparseCounts>()
  readonly #counts = new Map<string | null, readonly SparseHistogram[]>()

  constructor({ record, verdict, baseline }: ChartedRun) {
    this.record = record
    this.verdict = verdict
    this.baseline = baseline
    this.view = new RecordView(record)
    this.intervals = record.intervals
    this.x = this.intervals.map(({ startMs, endMs }) => brief((startMs + endMs) / 2000))
  }

  /** One value an interval, at four digits: more is not to be seen. */
  values(pick: (interval: RecordInterval) => number | null): (number | null)[] {
    return this.intervals.map((interval) => {
      const value = pick(interval)
      return value === null || !Number.isFinite(value) ? null : brief(value)
    })
  }

  /** Response times of a step, or of all, by interval. */
  counts(step: string | null): readonly SparseHistogram[] {
    const known = this.#counts.get(step)
    if (known !== undefined) return known
    const counts = this.intervals.map(({ steps }) => {
      const wanted = step === null ? Object.keys(steps) : [step]
      return SparseHistogram.sum(wanted.map((name) => this.#decode(lookUp(steps, name)?.hdr ?? null)))
    })
    this.#counts.set(step, counts)
    return counts
  }

  #decode(hdr: string | null): SparseCounts {
    if (hdr === null) return []
    const known = this.#decoded.get(hdr)
    if (known !== undefined) return known
    const counts = decodeHdr(hdr)
    this.#decoded.set(hdr, counts)
    return counts
  }
}

/** In ms, one for each of rising quantiles; null when there is nothing. */
export function quantilesMs(histogram: SparseHistogram, quantiles: readonly number[]): (number | null)[] {
  if (histogram.count === 0) return quantiles.map(() => null)
  return histogram.quantilesUs(quantiles).map((us) => brief(us / 1000))
}

/** Four significant digits, for small documents. */
export function brief(value: number): number {
  return Number(value.toPrecision(4))
}
