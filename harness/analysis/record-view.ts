/** A run record, decoded once: histograms and counters by label, over the measured phases unless a phase is named. */
import { Histogram } from '../base/histogram.ts'
import type { CellMetric } from '../model/interval-snapshot.ts'
import { measuredSeconds } from '../model/plan.ts'
import type { RecordCell, RecordInterval, RecordStepCounts, RunRecord } from '../model/run-record.ts'

/** What to look at; absent labels mean everything. */
export interface Selection {
  readonly step?: string | undefined
  readonly phase?: string | undefined
  readonly outcome?: string | undefined
  readonly component?: string | undefined
}

/** Counters of a selection, added up. */
export type Counts = Omit<RecordStepCounts, 'phase' | 'step' | 'errors'> & {
  readonly errors: Readonly<Record<string, number>>
}

const NO_COUNTS: Counts = {
  started: 0,
  ok: 0,
  failed: 0,
  errored: 0,
  timedOut: 0,
  aborted: 0,
  retries: 0,
  bytesSent: 0,
  bytesReceived: 0,
  errors: {},
}

export class RecordView {
  readonly record: RunRecord
  readonly #measured: ReadonlySet<string>
  readonly #decoded = new Map<RecordCell, Histogram>()

  constructor(record: RunRecord) {
    this.record = record
    this.#measured = new Set(record.plan.phases.filter((phase) => phase.measured).map((phase) => phase.name))
  }

  /** Length of the measured phases, as far as load ran, in seconds. */
  get measuredS(): number {
    return measuredSeconds(this.record.plan, this.record.loadMs)
  }

  /** Intervals that begin in a measured phase. */
  get intervals(): readonly RecordInterval[] {
    return this.record.intervals.filter((interval) => this.#measured.has(interval.phase))
  }

  /** Step names that were measured, sorted. */
  get steps(): string[] {
    return [
      ...new Set(this.record.steps.filter(({ phase }) => this.#measured.has(phase)).map(({ step }) => step)),
    ].sort()
  }

  /** Component names that were measured, sorted. */
  get components(): string[] {
    return [...new Set(this.#cells('component_time', {}).map(({ component }) => component))].sort()
  }

  /** Merged histogram of a selection. Response time without an outcome is everybody's who got an end: what users waited. */
  histogram(metric: CellMetric, selection: Selection): Histogram {
    const merged = new Histogram()
    for (const cell of this.#cells(metric, selection)) merged.add(this.#decode(cell))
    return merged
  }

  /**
   * Observations of a selection above a bound: counted exactly where the run knew the bound, from the histogram (whose
   * bucket of the bound counts as over) where it did not.
   */
  countOver(metric: CellMetric, selection: Selection, boundUs: number): number {
    const cells = this.#cells(metric, selection)
    if (!cells.every(({ over }) => String(boundUs) in over))
      return this.histogram(metric, selection).countOver(boundUs)
    return cells.reduce((sum, { over }) => sum + (over[String(boundUs)] ?? 0), 0)
  }

  /** Exact sum of a selection, microseconds. */
  sumUs(metric: CellMetric, selection: Selection): number {
    return this.#cells(metric, selection).reduce((sum, cell) => sum + cell.sumUs, 0)
  }

  counts(selection: Selection): Counts {
    return this.record.steps
      .filter((counts) => this.#selected(counts, selection))
      .reduce(addCounts, NO_COUNTS)
  }

  #cells(metric: CellMetric, selection: Selection): RecordCell[] {
    return this.record.cells.filter(
      (cell) =>
        cell.metric === metric &&
        this.#selected(cell, selection) &&
        (selection.outcome === undefined || cell.outcome === selection.outcome) &&
        (selection.component === undefined || cell.component === selection.component),
    )
  }

  #selected(
    { phase, step }: { readonly phase: string; readonly step: string },
    selection: Selection,
  ): boolean {
    const phaseFits = selection.phase === undefined ? this.#measured.has(phase) : phase === selection.phase
    return phaseFits && (selection.step === undefined || step === selection.step)
  }

  #decode(cell: RecordCell): Histogram {
    const known = this.#decoded.get(cell) ?? Histogram.decode(cell.hdr)
    this.#decoded.set(cell, known)
    return known
  }
}

function addCounts(a: Counts, b: Counts): Counts {
  const errors = { ...a.errors }
  for (const [kind, amount] of Object.entries(b.errors)) errors[kind] = (errors[kind] ?? 0) + amount
  return {
    started: a.started + b.started,
    ok: a.ok + b.ok,
    failed: a.failed + b.failed,
    errored: a.errored + b.errored,
    timedOut: a.timedOut + b.timedOut,
    aborted: a.aborted + b.aborted,
    retries: a.retries + b.retries,
    bytesSent: a.bytesSent + b.bytesSent,
    bytesReceived: a.bytesReceived + b.bytesReceived,
    errors,
  }
}

/** Requests that came to an end of their own: all but the aborted. */
export function completedOf(counts: Pick<Counts, 'ok' | 'failed' | 'errored' | 'timedOut'>): number {
  return counts.ok + counts.failed + counts.errored + counts.timedOut
}
