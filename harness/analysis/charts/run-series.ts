/** A finished run as charts need it: one value an interval, histograms decoded once and only when a chart asks for them. */
import {
  BUCKET_COUNT,
  countOfSparse,
  decodeSparse,
  highestOfBucket,
  type SparseCounts,
} from '../../base/histogram.ts'
import { lookUp } from '../../base/names.ts'
import type { Baseline } from '../../model/baseline.ts'
import type { ChartAxis } from '../../model/chart.ts'
import type { RecordInterval, RunRecord } from '../../model/run-record.ts'
import type { Verdict } from '../../model/verdict.ts'
import { RecordView } from '../record-view.ts'

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
  readonly #counts = new Map<string | null, readonly MergedCounts[]>()

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
  counts(step: string | null): readonly MergedCounts[] {
    const known = this.#counts.get(step)
    if (known !== undefined) return known
    const counts = this.intervals.map(({ steps }) => {
      const wanted = step === null ? Object.keys(steps) : [step]
      return new MergedCounts(wanted.map((name) => this.#decode(lookUp(steps, name)?.hdr ?? null)))
    })
    this.#counts.set(step, counts)
    return counts
  }

  #decode(hdr: string | null): SparseCounts {
    if (hdr === null) return []
    const known = this.#decoded.get(hdr)
    if (known !== undefined) return known
    const counts = decodeSparse(hdr)
    this.#decoded.set(hdr, counts)
    return counts
  }
}

const scratch = new Float64Array(BUCKET_COUNT)

/** The sum of histograms: buckets rise. A dense array in between is many times as fast as a map. */
function mergeSparse(parts: readonly SparseCounts[]): SparseCounts {
  const [only, ...more] = parts
  if (only !== undefined && more.length === 0) return only
  let last = -1
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2)
      scratch[part[i] as number] = (scratch[part[i] as number] ?? 0) + (part[i + 1] as number)
    last = Math.max(last, part[part.length - 2] ?? -1)
  }
  const merged: number[] = []
  for (let bucket = 0; bucket <= last; bucket++) {
    const count = scratch[bucket] ?? 0
    if (count > 0) merged.push(bucket, count)
  }
  scratch.fill(0, 0, last + 1)
  return merged
}

/** Counts of several histograms, together. */
export class MergedCounts {
  /** Alternating bucket, count; buckets rise. */
  readonly sparse: SparseCounts
  readonly count: number

  constructor(parts: readonly SparseCounts[]) {
    this.sparse = mergeSparse(parts)
    this.count = countOfSparse(this.sparse)
  }

  /** Nearest rank, ms, one for each of rising quantiles; null when there is nothing. */
  quantilesMs(quantiles: readonly number[]): (number | null)[] {
    if (this.count === 0) return quantiles.map(() => null)
    let at = 0
    let seen = this.sparse[1] as number
    return quantiles.map((quantile) => {
      const rank = Math.min(this.count, Math.max(1, Math.ceil(quantile * this.count)))
      while (seen < rank) {
        at += 2
        seen += this.sparse[at + 1] as number
      }
      return brief(highestOfBucket(this.sparse[at] as number) / 1000)
    })
  }
}

/** Four significant digits, for small documents. */
export function brief(value: number): number {
  return Number(value.toPrecision(4))
}
