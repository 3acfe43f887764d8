/**
 * The measurements of a stretch of a run, by label: a whole record, the last seconds of a run that is still going on, or all of
 * it so far. Metrics are computed from this, so a value means the same while load runs and afterwards.
 */
import { addNumbers, addTallies } from '../base/add-numbers.ts'
import type { SparseCounts } from '../base/histogram.ts'
import { lookUp } from '../base/names.ts'
import { SparseHistogram } from '../measure/sparse-histogram.ts'
import type { StepFailures } from '../model/failures-schema.ts'
import {
  type CellKey,
  type CellMetric,
  type DispatchCounts,
  NO_DISPATCH,
  type StepCounts,
} from '../model/interval-snapshot.ts'
import { OUTCOME_TIMED_OUT, STEP_OUTCOMES } from '../model/outcome.ts'
import type { RunPlan } from '../model/plan.ts'
import type { RecordInterval } from '../model/run-record.ts'

/** A selection of measurements; absent labels mean everything. */
export interface Selection {
  readonly step?: string | undefined
  readonly phase?: string | undefined
  readonly outcome?: string | undefined
  readonly component?: string | undefined
}

/** Counters of a selection, added up. */
export type Counts = Omit<StepCounts, 'phase' | 'step'>

/** One histogram with its address, in whatever form it is kept. */
export interface MeasuredCell extends CellKey {
  readonly count: number
  readonly sumUs: number
  /** Exact numbers of values above the bounds of objectives, by bound in microseconds. */
  readonly over: Readonly<Record<string, number>>
  counts(): SparseCounts
}

/** An interval without its histograms. */
export interface MeasuredInterval extends Omit<RecordInterval, 'steps'> {
  readonly steps: Readonly<Record<string, Omit<RecordInterval['steps'][string], 'hdr'>>>
}

/** The data of a view. */
export interface Measured<Interval extends MeasuredInterval = MeasuredInterval> {
  readonly plan: RunPlan
  /** The duration of the load, ms. */
  readonly loadMs: number
  /** Length of what is looked at, without warm-up, in seconds. */
  readonly measuredS: number
  readonly cells: readonly MeasuredCell[]
  readonly steps: readonly StepCounts[]
  readonly escalations: Readonly<Record<string, number>>
  /** The causes of failed requests; empty where only their numbers are known. */
  readonly failures: readonly StepFailures[]
  readonly intervals: readonly Interval[]
}

const NO_COUNTS: Counts = {
  started: 0,
  ok: 0,
  failed: 0,
  errored: 0,
  timedOut: 0,
  aborted: 0,
  retries: 0,
  untimed: 0,
  bytesSent: 0,
  bytesReceived: 0,
  statuses: {},
  errors: {},
}

/** Histograms and counters over the measured phases unless a phase is named. */
export class MeasuredView<Interval extends MeasuredInterval = MeasuredInterval> {
  readonly plan: RunPlan
  readonly loadMs: number
  readonly measuredS: number
  /** Journeys of the measured intervals: a warm-up is recorded and not judged. */
  readonly dispatch: DispatchCounts
  readonly escalations: Readonly<Record<string, number>>
  /** Those that begin in a measured phase. */
  readonly intervals: readonly Interval[]
  /** Those that overlap a measured phase: the one in which it begins is of the warm-up by its own phase. */
  readonly touched: readonly Interval[]
  readonly #all: Measured<Interval>
  readonly #measuredPhases: ReadonlySet<string>
  #byMetric: Map<CellMetric, MeasuredCell[]> | null = null

  constructor(measured: Measured<Interval>) {
    this.#all = measured
    this.plan = measured.plan
    this.loadMs = measured.loadMs
    this.measuredS = measured.measuredS
    this.escalations = measured.escalations
    this.#measuredPhases = new Set(
      measured.plan.phases.filter((phase) => phase.measured).map(({ name }) => name),
    )
    this.intervals = this.ofMeasured(measured.intervals)
    this.dispatch = this.intervals.reduce((sum, { dispatch }) => addNumbers(sum, dispatch), NO_DISPATCH)
    const { phases } = measured.plan
    this.touched = measured.intervals.filter(
      ({ phase, startMs, endMs }) =>
        this.#measuredPhases.has(phase) ||
        phases.some((each) => each.measured && startMs < each.endMs && endMs > each.startMs),
    )
  }

  /** Step names that were measured, sorted. */
  get steps(): string[] {
    return [...new Set(this.stepCounts.map(({ step }) => step))].sort()
  }

  /** Counters of every step in every measured phase. */
  get stepCounts(): StepCounts[] {
    return this.ofMeasured(this.#all.steps)
  }

  /** Leaves out what belongs to a warm-up. */
  ofMeasured<T extends { readonly phase: string }>(all: readonly T[]): T[] {
    return all.filter(({ phase }) => this.#measuredPhases.has(phase))
  }

  /** Component names that were measured, sorted. */
  get components(): string[] {
    return [...new Set(this.#cells('component_time', {}).map(({ component }) => component))].sort()
  }

  /** Merged histogram of a selection. Response time without an outcome is everybody's who got an end: what users waited. */
  histogram(metric: CellMetric, selection: Selection): SparseHistogram {
    return mergedOf(this.#cells(metric, selection))
  }

  /**
   * Observations of a selection above a bound: counted exactly where the run knew the bound, from the histogram (whose
   * bucket of the bound counts as over) where it did not.
   */
  countOver(metric: CellMetric, selection: Selection, boundUs: number): number {
    return countOver(this.#cells(metric, selection), boundUs)
  }

  /**
   * Shortest wait, microseconds, of a selection's requests that ended without an answer; null when all got one. It is
   * right-censored: the answer would have taken at least that long, so a quantile at or above it is a lower bound.
   */
  lowerBoundFromUs(metric: CellMetric, selection: Selection): number | null {
    const waits = mergedOf(this.#cells(metric, selection).filter(isCensored))
    return waits.count === 0 ? null : waits.minUs
  }

  /** Observations of a selection that are not known to be within a bound: above it, or without an answer. */
  countNotWithin(metric: CellMetric, selection: Selection, boundUs: number): number {
    const cells = this.#cells(metric, selection)
    const answered = cells.filter((cell) => !isCensored(cell))
    return countOver(answered, boundUs) + countOf(cells) - countOf(answered)
  }

  /** Observations of a selection. */
  count(metric: CellMetric, selection: Selection): number {
    return countOf(this.#cells(metric, selection))
  }

  /** Exact sum of a selection, microseconds. */
  sumUs(metric: CellMetric, selection: Selection): number {
    return this.#cells(metric, selection).reduce((sum, cell) => sum + cell.sumUs, 0)
  }

  counts(selection: Selection): Counts {
    return this.#all.steps.filter((counts) => this.#selected(counts, selection)).reduce(addCounts, NO_COUNTS)
  }

  failures(selection: Selection): StepFailures[] {
    return this.#all.failures.filter((failures) => this.#selected(failures, selection))
  }

  #cells(metric: CellMetric, selection: Selection): MeasuredCell[] {
    this.#byMetric ??= byMetric(this.#all.cells)
    return (this.#byMetric.get(metric) ?? []).filter(
      (cell) =>
        this.#selected(cell, selection) &&
        (selection.outcome === undefined || cell.outcome === selection.outcome) &&
        (selection.component === undefined || cell.component === selection.component),
    )
  }

  #selected(
    { phase, step }: { readonly phase: string; readonly step: string },
    selection: Selection,
  ): boolean {
    const phaseFits =
      selection.phase === undefined ? this.#measuredPhases.has(phase) : phase === selection.phase
    return phaseFits && (selection.step === undefined || step === selection.step)
  }
}

/** Returns true when the times of a cell are lower bounds: the waiting times of unanswered requests. */
function isCensored({ outcome }: MeasuredCell): boolean {
  return outcome === STEP_OUTCOMES[OUTCOME_TIMED_OUT]
}

function mergedOf(cells: readonly MeasuredCell[]): SparseHistogram {
  return SparseHistogram.sum(cells.map((cell) => cell.counts()))
}

function countOf(cells: readonly MeasuredCell[]): number {
  return cells.reduce((sum, { count }) => sum + count, 0)
}

function countOver(cells: readonly MeasuredCell[], boundUs: number): number {
  if (!cells.every(({ over }) => Object.hasOwn(over, String(boundUs))))
    return mergedOf(cells).countOver(boundUs)
  return cells.reduce((sum, { over }) => sum + (lookUp(over, String(boundUs)) ?? 0), 0)
}

function byMetric(cells: readonly MeasuredCell[]): Map<CellMetric, MeasuredCell[]> {
  const groups = new Map<CellMetric, MeasuredCell[]>()
  for (const cell of cells) {
    const group = groups.get(cell.metric)
    if (group === undefined) groups.set(cell.metric, [cell])
    else group.push(cell)
  }
  return groups
}

function addCounts(a: Counts, b: Counts): Counts {
  const { errors, statuses, ...left } = a
  const { errors: moreErrors, statuses: moreStatuses, ...right } = b
  return {
    ...addNumbers(left, right),
    errors: addTallies([errors, moreErrors]),
    statuses: addTallies([statuses, moreStatuses]),
  }
}
