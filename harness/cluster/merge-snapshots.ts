/**
 * Adds up the observations of shards. Idempotent by a snapshot's identity; the sum over shards and intervals is exact. The
 * series of intervals is bounded: beyond `INTERVALS_MAX`, neighbours are merged and the interval of the record gets longer.
 */
import { type Measured, MeasuredView } from '../analysis/measured-view.ts'
import { addNumbers, addTo } from '../base/add-numbers.ts'
import { CheckTally, ConcurrencyTally } from '../measure/code-counts.ts'
import { addSteps, cellName, stepName } from '../measure/counts.ts'
import { DenseHistogram } from '../measure/dense-histogram.ts'
import { HalvingSeries } from '../measure/halving-series.ts'
import { encodeHdr } from '../measure/hdr.ts'
import { joinIntervals, joinLate } from '../measure/join-intervals.ts'
import { type IntervalResources, mergeInterval } from '../measure/merge-interval.ts'
import { MessageTally } from '../measure/message-tally.ts'
import type { StepFailures } from '../model/failures-schema.ts'
import {
  type CellKey,
  type CheckCounts,
  type DispatchCounts,
  type IntervalSnapshot,
  type JourneyConcurrency,
  NO_DISPATCH,
  type StepCounts,
} from '../model/interval-snapshot.ts'
import type { MergedInterval } from '../model/merged-interval.ts'
import type { MessageCounts } from '../model/message-counts.ts'
import { measuredSeconds, type RunPlan } from '../model/plan.ts'
import type { RecordInterval } from '../model/record-interval.ts'
import type { PhaseEscalations, RecordCell, RecordSlowest } from '../model/run-record.ts'
import { MergedFailures } from './merged-failures.ts'
import { SeenSequences } from './seen-sequences.ts'
import { SlowestRequests } from './slowest-requests.ts'

/** The maximum number of intervals in a record. */
export const INTERVALS_MAX = 300

const NO_RESOURCES: IntervalResources = {
  generator: { cpuCores: 0, rssBytes: 0, stealRatio: null, machineCpuRatio: null, clockStepMs: 0 },
  target: null,
  probes: {},
}

/** Everything recorded so far in a run. */
export class SnapshotMerger {
  readonly #seen = new Map<string, SeenSequences>()
  readonly #cells = new Map<
    string,
    {
      readonly key: CellKey
      readonly histogram: DenseHistogram
      readonly over: Map<string, number>
      sumUs: number
      overflowCount: number
    }
  >()
  readonly #steps = new Map<string, StepCounts>()
  readonly #slowest = new SlowestRequests()
  readonly #failures = new MergedFailures()
  readonly #checks = new CheckTally()
  readonly #messages = new MessageTally()
  readonly #concurrency = new ConcurrencyTally()
  /** By phase, then by kind. */
  readonly #escalations = new Map<string, Map<string, number>>()
  #dispatch = NO_DISPATCH
  readonly #intervals = new HalvingSeries(INTERVALS_MAX, joinIntervals)

  /** Adds one interval of all shards and returns it merged. `phase` is the phase at its start. */
  add(snapshots: readonly IntervalSnapshot[], phase: string, resources: IntervalResources): MergedInterval {
    const fresh = snapshots.filter((snapshot) => this.#take(snapshot, phase))
    const span = {
      startMs: Math.min(...snapshots.map(({ startMs }) => startMs)),
      endMs: Math.max(...snapshots.map(({ endMs }) => endMs)),
    }
    const interval = mergeInterval(fresh, {
      ...span,
      phase,
      ...resources,
      consumerLag: this.#messages.pending(),
    })
    // Already seen from all its shards: the series has it.
    if (fresh.length === 0) return interval
    this.#intervals.add(interval)
    return interval
  }

  /** Adds counts that came after their interval: to the totals, and to the interval that holds them. */
  addLate(snapshot: IntervalSnapshot, phase: string): void {
    if (!this.#take(snapshot, phase)) return
    const { startMs, endMs } = snapshot
    const late = mergeInterval([snapshot], { startMs, endMs, phase, ...NO_RESOURCES, consumerLag: {} })
    const middleMs = (startMs + endMs) / 2
    const holds = (interval: MergedInterval) => interval.startMs <= middleMs && middleMs < interval.endMs
    if (this.#intervals.change(holds, (interval) => joinLate(interval, late))) return
    // Nobody else told of that time: it is an interval of its own.
    this.#intervals.add(late)
  }

  /** Returns the merged cells in a stable order. */
  cells(): RecordCell[] {
    return [...this.#cells.entries()]
      .sort(byName)
      .map(([, { key, histogram, over, sumUs, overflowCount }]) => ({
        ...key,
        count: histogram.count,
        sumUs,
        overflowCount,
        over: Object.fromEntries(over),
        hdr: histogram.sparse().encode(),
      }))
  }

  steps(): StepCounts[] {
    return [...this.#steps.entries()].sort(byName).map(([, counts]) => counts)
  }

  /** Returns the slowest requests of the measured phases, by step. */
  slowest(): RecordSlowest[] {
    return this.#slowest.list()
  }

  /** Returns the failures by phase and step. */
  failures(): StepFailures[] {
    return this.#failures.list()
  }

  /** Returns what code sent at once, by phase and journey. */
  concurrency(): JourneyConcurrency[] {
    return inOrder(this.#concurrency.list(), ({ phase, journey }) => `${phase}\u0000${journey}`)
  }

  /** Returns the checks of code by phase and name. */
  checks(): CheckCounts[] {
    return inOrder(this.#checks.list(), ({ phase, check }) => `${phase}\u0000${check}`)
  }

  /** Returns the messages by target. */
  messages(): MessageCounts[] {
    return inOrder(this.#messages.list(), ({ target }) => target)
  }

  get dispatch(): DispatchCounts {
    return this.#dispatch
  }

  get escalations(): PhaseEscalations[] {
    return [...this.#escalations].map(([phase, kinds]) => ({ phase, kinds: Object.fromEntries(kinds) }))
  }

  /** Returns a view of everything recorded so far. */
  view(plan: RunPlan): MeasuredView {
    return new MeasuredView(this.measured(plan))
  }

  /** Returns everything recorded so far. */
  measured(plan: RunPlan): Measured<MergedInterval> {
    const intervals = this.#intervals.all
    const loadMs = intervals.at(-1)?.endMs ?? 0
    return {
      plan,
      loadMs,
      measuredS: measuredSeconds(plan, loadMs),
      cells: [...this.#cells.values()].map(({ key, histogram, over, sumUs }) => ({
        ...key,
        count: histogram.count,
        sumUs,
        over: Object.fromEntries(over),
        counts: () => histogram.sparse().counts,
      })),
      steps: [...this.#steps.values()],
      escalations: this.escalations,
      failures: this.failures(),
      checks: this.checks(),
      messages: this.messages(),
      intervals,
    }
  }

  /** Returns the series so far. */
  mergedIntervals(): readonly MergedInterval[] {
    this.#intervals.flush()
    return this.#intervals.entries
  }

  intervals(): RecordInterval[] {
    return this.mergedIntervals().map((interval) => ({
      ...interval,
      steps: Object.fromEntries(
        Object.entries(interval.steps).map(([name, { counts, ...rest }]) => [
          name,
          { ...rest, hdr: counts.length === 0 ? null : encodeHdr(counts) },
        ]),
      ),
    }))
  }

  #take(snapshot: IntervalSnapshot, phase: string): boolean {
    const source = `${snapshot.runId}.${snapshot.shard}.${snapshot.epoch}`
    const seen = this.#seen.get(source) ?? new SeenSequences()
    this.#seen.set(source, seen)
    if (!seen.add(snapshot.sequence)) return false
    for (const { key, counts, sumUs, overflowCount, over } of snapshot.cells) {
      const name = cellName(key)
      const cell = this.#cells.get(name) ?? {
        key,
        histogram: new DenseHistogram(),
        over: new Map<string, number>(),
        sumUs: 0,
        overflowCount: 0,
      }
      this.#cells.set(name, cell)
      cell.histogram.add(counts)
      cell.sumUs += sumUs
      cell.overflowCount += overflowCount
      addTo(cell.over, over)
    }
    for (const counts of snapshot.steps) {
      const name = stepName(counts)
      this.#steps.set(name, addSteps(this.#steps.get(name), counts))
    }
    this.#dispatch = addNumbers(this.#dispatch, snapshot.dispatch)
    this.#addEscalations(phase, snapshot.escalations)
    for (const request of snapshot.slowest) this.#slowest.add(request)
    for (const failures of snapshot.failures) this.#failures.add(failures)
    for (const { phase, check, passed, failed } of snapshot.checks)
      this.#checks.add(phase, check, passed, failed)
    for (const counts of snapshot.messages) this.#messages.add(counts)
    for (const each of snapshot.concurrency) this.#concurrency.add(each.phase, each.journey, each)
    return true
  }

  #addEscalations(phase: string, counted: Readonly<Record<string, number>>): void {
    if (Object.keys(counted).length === 0) return
    const kinds = this.#escalations.get(phase) ?? new Map<string, number>()
    this.#escalations.set(phase, kinds)
    addTo(kinds, counted)
  }
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1
}

function inOrder<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return items
    .map((item) => [keyOf(item), item] as const)
    .sort(byName)
    .map(([, item]) => item)
}
