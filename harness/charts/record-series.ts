/** A finished run as charts need it: one value an interval, histograms decoded once and only when a chart asks for them. */
import { RecordView } from '../analysis/record-view.ts'
import type { SparseCounts } from '../base/histogram.ts'
import { lookUp } from '../base/names.ts'
import { decodeHdr } from '../measure/hdr.ts'
import { SparseHistogram } from '../measure/sparse-histogram.ts'
import type { Baseline } from '../model/baseline.ts'
import type { ChartMark, SubjectBound } from '../model/chart.ts'
import { modelOf } from '../model/plan-load.ts'
import type { RecordInterval } from '../model/record-interval.ts'
import type { RunPoint } from '../model/run-point.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { Verdict } from '../model/verdict.ts'
import { subjectBounds } from './bounds.ts'
import { recordMarks } from './marks.ts'
import { percentilesOf, USUAL_PERCENTILES } from './percentiles.ts'
import { runPointOf } from './run-point.ts'
import type { RunSeries } from './run-series.ts'

/** A run, and what it was judged and compared by. */
export interface ChartedRun {
  readonly record: RunRecord
  readonly verdict: Verdict
  /** Null when there is nothing to lay it over. */
  readonly baseline: Baseline | null
}

export class RecordSeries {
  readonly record: RunRecord
  readonly verdict: Verdict
  readonly baseline: Baseline | null
  readonly view: RecordView
  readonly intervals: readonly RecordInterval[]
  readonly bounds: readonly SubjectBound[]
  readonly #marks: readonly ChartMark[]
  readonly #decoded = new Map<string, SparseCounts>()
  readonly #counts = new Map<string | null, readonly SparseHistogram[]>()
  readonly #points = new Map<string | null, readonly RunPoint[]>()

  constructor({ record, verdict, baseline }: ChartedRun) {
    this.record = record
    this.verdict = verdict
    this.baseline = baseline
    this.view = new RecordView(record)
    this.intervals = record.intervals
    this.bounds = subjectBounds(verdict.objectives)
    this.#marks = recordMarks(record, verdict)
  }

  /** The run over time. @param step whose response times are meant; null for all */
  overTime(step: string | null): RunSeries {
    return {
      points: this.#pointsOf(step),
      isOpen: modelOf(this.record.plan) === 'open',
      bounds: this.bounds,
      marks: this.#marks,
    }
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

  #pointsOf(step: string | null): readonly RunPoint[] {
    const known = this.#points.get(step)
    if (known !== undefined) return known
    const labels = [...USUAL_PERCENTILES, ...this.#judgedPercentiles(step)]
    const counts = this.counts(step)
    const points = this.intervals.map((interval, i) =>
      runPointOf(interval, this.record.loadMs, percentilesOf(counts[i] as SparseHistogram, labels)),
    )
    this.#points.set(step, points)
    return points
  }

  /** Percentiles that objectives about the response time of the step name. */
  #judgedPercentiles(step: string | null): string[] {
    return this.verdict.objectives
      .filter(
        ({ metric, labels }) =>
          metric === 'response_time' && [undefined, step ?? undefined].includes(labels['step']),
      )
      .map(({ fn }) => fn)
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
