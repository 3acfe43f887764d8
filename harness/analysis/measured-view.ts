/**
 * The measurements of a stretch of a run, by label: a whole record, the last seconds of a run that is still going on, or all of
 * it so far. Metrics are computed from this, so a value means the same while load runs and afterwards.
 */
import { addNumbers, addTallies } from '../base/add-numbers.ts'
import { addCounts, type Counts } from '../measure/counts.ts'
import type { SparseHistogram } from '../measure/sparse-histogram.ts'
import type { StepFailures } from '../model/failures-schema.ts'
import {
  type CellMetric,
  type CheckCounts,
  type DispatchCounts,
  NO_DISPATCH,
  type StepCounts,
} from '../model/interval-snapshot.ts'
import type { MessageCounts } from '../model/message-counts.ts'
import { ANY_OUTCOME, isServed } from '../model/outcome.ts'
import type { RunPlan } from '../model/plan.ts'
import type { RecordInterval } from '../model/record-interval.ts'
import type { PhaseEscalations } from '../model/run-record.ts'
import { byMetric, countOf, countOver, isCensored, type MeasuredCell, mergedOf } from './measured-cells.ts'

/** A selection of measurements; absent labels mean everything. */
export interface Selection {
  readonly step?: string | undefined
  readonly phase?: string | undefined
  /** `any`: every outcome; absent: those of which the time is what users waited, ok and timed-out. */
  readonly outcome?: string | undefined
  readonly component?: string | undefined
  readonly check?: string | undefined
  /** The name of a group, which its cells have in the place of a step. */
  readonly group?: string | undefined
  /** Finds nothing in a run that did not tell its regions apart. */
  readonly region?: string | undefined
  readonly workload?: string | undefined
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
  readonly escalations: readonly PhaseEscalations[]
  /** The causes of failed requests; empty where only their numbers are known. */
  readonly failures: readonly StepFailures[]
  /** The named checks of code; empty where they are not known. */
  readonly checks: readonly CheckCounts[]
  /** The messages of the whole run; empty where they are not known. */
  readonly messages: readonly MessageCounts[]
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
  failedStatuses: {},
  errors: {},
}

/** Histograms and counters over the measured phases unless a phase is named. */
export class MeasuredView<Interval extends MeasuredInterval = MeasuredInterval> {
  readonly plan: RunPlan
  readonly loadMs: number
  readonly measuredS: number
  /** Journeys of the measured intervals: a warm-up is recorded and not judged. */
  readonly dispatch: DispatchCounts
  /** Operations handed to an expert in the measured phases, by kind. */
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
    this.#measuredPhases = new Set(
      measured.plan.phases.filter((phase) => phase.measured).map(({ name }) => name),
    )
    this.escalations = addTallies(this.ofMeasured(measured.escalations).map(({ kinds }) => kinds))
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

  /** Merged histogram of a selection. */
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

  /** Merged histogram of a selection's requests that got an answer. */
  answered(metric: CellMetric, selection: Selection): SparseHistogram {
    return mergedOf(this.#cells(metric, selection).filter((cell) => !isCensored(cell)))
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
    return this.#all.steps
      .filter((counts) => this.#selected(counts, selection))
      .map(({ phase: _phase, step: _step, region: _region, workload: _workload, ...counts }) => counts)
      .reduce(addCounts, NO_COUNTS)
  }

  /** Returns the failures of requests, of all regions. */
  failures({ phase, step }: Selection): StepFailures[] {
    return this.#all.failures.filter(
      (failures) => failures.of === 'requests' && this.#selected(failures, { phase, step }),
    )
  }

  /** Returns the failures of journeys by their own code; their `step` is the name of the journey. */
  journeyFailures(): StepFailures[] {
    return this.#all.failures.filter((failures) => failures.of === 'journeys' && this.#selected(failures, {}))
  }

  /** Returns the faults of targets that no request waited for. */
  faults(): StepFailures[] {
    return this.#all.failures.filter((failures) => failures.of === 'faults' && this.#selected(failures, {}))
  }

  /** Returns the checks of a selection, each phase on its own. */
  checks({ phase, check }: Selection): CheckCounts[] {
    return this.#all.checks.filter(
      (counts) => this.#isOfPhase(counts, phase) && (check === undefined || counts.check === check),
    )
  }

  /** Returns the messages of one target, or of all: of the whole run, for one that was lost in the warm-up is lost. */
  messages(target?: string): MessageCounts[] {
    return this.#all.messages.filter((counts) => target === undefined || counts.target === target)
  }

  #cells(metric: CellMetric, selection: Selection): MeasuredCell[] {
    this.#byMetric ??= byMetric(this.#all.cells)
    return (this.#byMetric.get(metric) ?? []).filter(
      (cell) =>
        this.#selected(cell, selection) &&
        isOfOutcome(cell, selection.outcome) &&
        (selection.group === undefined || cell.step === selection.group) &&
        (selection.component === undefined || cell.component === selection.component),
    )
  }

  #selected(
    { phase, step, region, workload }: Pick<StepCounts, 'phase' | 'step' | 'region' | 'workload'>,
    selection: Selection,
  ): boolean {
    return (
      this.#isOfPhase({ phase }, selection.phase) &&
      (selection.step === undefined || step === selection.step) &&
      (selection.region === undefined || region === selection.region) &&
      (selection.workload === undefined || workload === selection.workload)
    )
  }

  #isOfPhase({ phase }: { readonly phase: string }, wanted: string | undefined): boolean {
    return wanted === undefined ? this.#measuredPhases.has(phase) : phase === wanted
  }
}

function isOfOutcome({ outcome }: MeasuredCell, wanted: string | undefined): boolean {
  if (wanted === undefined) return isServed(outcome)
  return wanted === ANY_OUTCOME ? outcome !== '' : outcome === wanted
}
