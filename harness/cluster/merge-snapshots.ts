/**
 * Adds up what shards observed. Idempotent by a snapshot's identity; the sum over shards and intervals is exact. The
 * interval series is bounded: beyond `INTERVALS_MAX` neighbours are merged and the record's interval gets longer.
 */
import { MeasuredView } from '../analysis/measured-view.ts'
import { addNumbers, addTallies } from '../base/add-numbers.ts'
import {
  countOfSparse,
  Histogram,
  lowestOfBucket,
  mergeSparse,
  type SparseCounts,
} from '../base/histogram.ts'
import { lookUp } from '../base/names.ts'
import {
  type CellDelta,
  type CellKey,
  type CellMetric,
  type DispatchCounts,
  type IntervalSnapshot,
  type LostSpan,
  NO_DISPATCH,
  type ShardSpans,
  type Span,
  type StepCounts,
} from '../model/interval-snapshot.ts'
import type { IntervalStep, MergedInterval } from '../model/merged-interval.ts'
import { measuredSeconds, type RunPlan } from '../model/plan.ts'
import type { RecordCell, RecordInterval, RecordSlowest, RecordStepCounts } from '../model/run-record.ts'
import { SeenSequences } from './seen-sequences.ts'
import { SlowestRequests } from './slowest-requests.ts'

/** Most intervals a record keeps (STATS section 4.1). */
export const INTERVALS_MAX = 300

/** Resources seen from outside the shards in an interval. */
export type IntervalResources = Pick<RecordInterval, 'generator' | 'target' | 'probes'>

/** Everything recorded so far in a run. */
export class SnapshotMerger {
  readonly #seen = new Map<string, SeenSequences>()
  readonly #cells = new Map<
    string,
    {
      readonly key: CellKey
      counts: SparseCounts
      over: Readonly<Record<string, number>>
      sumUs: number
      overflowCount: number
    }
  >()
  readonly #steps = new Map<string, StepCounts>()
  readonly #slowest = new SlowestRequests()
  #escalations: Readonly<Record<string, number>> = {}
  #dispatch = NO_DISPATCH
  #intervals: MergedInterval[] = []
  #perInterval = 1
  #pending: MergedInterval[] = []

  /** Adds one interval of all shards; gives it back merged. `phase` is the phase at its start. */
  add(snapshots: readonly IntervalSnapshot[], phase: string, resources: IntervalResources): MergedInterval {
    const fresh = snapshots.filter((snapshot) => this.#take(snapshot))
    const span = {
      startMs: Math.min(...snapshots.map(({ startMs }) => startMs)),
      endMs: Math.max(...snapshots.map(({ endMs }) => endMs)),
    }
    const interval = mergeInterval(fresh, { ...span, phase, ...resources })
    // Seen before in all its shards: the series has it already.
    if (fresh.length === 0) return interval
    this.#pending.push(interval)
    if (this.#pending.length >= this.#perInterval) this.#flush()
    return interval
  }

  /** Merged cells in a stable order. */
  cells(): RecordCell[] {
    return [...this.#cells.entries()].sort(byName).map(([, { key, counts, over, sumUs, overflowCount }]) => ({
      ...key,
      count: countOfSparse(counts),
      sumUs,
      overflowCount,
      over,
      hdr: Histogram.ofSparse(counts).encode(),
    }))
  }

  steps(): RecordStepCounts[] {
    return [...this.#steps.entries()]
      .sort(byName)
      .map(([, counts]) => ({ ...counts, errors: { ...counts.errors } }))
  }

  /** The slowest requests of the measured phases, by step. */
  slowest(): RecordSlowest[] {
    return this.#slowest.list()
  }

  get dispatch(): DispatchCounts {
    return this.#dispatch
  }

  get escalations(): Record<string, number> {
    return { ...this.#escalations }
  }

  /** Everything so far, as something to look at. */
  view(plan: RunPlan): MeasuredView {
    const intervals = [...this.#intervals, ...this.#pending]
    const loadMs = intervals.at(-1)?.endMs ?? 0
    return new MeasuredView({
      plan,
      loadMs,
      measuredS: measuredSeconds(plan, loadMs),
      cells: [...this.#cells.values()].map(({ key, counts, over, sumUs }) => ({
        ...key,
        count: countOfSparse(counts),
        sumUs,
        over,
        addTo: (sum) => sum.addSparse(counts),
      })),
      steps: [...this.#steps.values()],
      dispatch: this.#dispatch,
      escalations: this.#escalations,
      intervals,
    })
  }

  /** The series so far. */
  mergedIntervals(): readonly MergedInterval[] {
    this.#flush()
    return this.#intervals
  }

  intervals(): RecordInterval[] {
    return this.mergedIntervals().map((interval) => ({
      ...interval,
      steps: Object.fromEntries(
        Object.entries(interval.steps).map(([name, { counts, ...rest }]) => [
          name,
          { ...rest, hdr: counts.length === 0 ? null : Histogram.ofSparse(counts).encode() },
        ]),
      ),
    }))
  }

  #take(snapshot: IntervalSnapshot): boolean {
    const source = `${snapshot.runId}.${snapshot.shard}.${snapshot.epoch}`
    const seen = this.#seen.get(source) ?? new SeenSequences()
    this.#seen.set(source, seen)
    if (!seen.add(snapshot.sequence)) return false
    for (const { key, counts, sumUs, overflowCount, over } of snapshot.cells) {
      const name = [key.phase, key.step, key.metric, key.outcome, key.component].join('\u0000')
      const cell = this.#cells.get(name) ?? {
        key,
        counts: [],
        over: {},
        sumUs: 0,
        overflowCount: 0,
      }
      this.#cells.set(name, cell)
      cell.counts = mergeSparse(cell.counts, counts)
      cell.sumUs += sumUs
      cell.overflowCount += overflowCount
      cell.over = addTallies(cell.over, over)
    }
    for (const counts of snapshot.steps) {
      const name = `${counts.phase}\u0000${counts.step}`
      this.#steps.set(name, addSteps(this.#steps.get(name), counts))
    }
    this.#dispatch = addNumbers(this.#dispatch, snapshot.dispatch)
    this.#escalations = addTallies(this.#escalations, snapshot.escalations)
    for (const request of snapshot.slowest ?? []) this.#slowest.add(request)
    return true
  }

  #flush(): void {
    if (this.#pending.length === 0) return
    this.#intervals.push(this.#pending.reduce(joinIntervals))
    this.#pending = []
    if (this.#intervals.length <= INTERVALS_MAX) return
    const halved: MergedInterval[] = []
    for (let i = 0; i < this.#intervals.length; i += 2) {
      halved.push(this.#intervals.slice(i, i + 2).reduce(joinIntervals))
    }
    this.#intervals = halved
    this.#perInterval *= 2
  }
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1
}

function addSteps(a: StepCounts | undefined, b: StepCounts): StepCounts {
  if (a === undefined) return b
  const { phase, step, errors: leftErrors, ...left } = a
  const { phase: _phase, step: _step, errors: rightErrors, ...right } = b
  return { phase, step, ...addNumbers(left, right), errors: addTallies(leftErrors, rightErrors) }
}

const NO_STEP: IntervalStep = { ok: 0, failed: 0, errored: 0, timedOut: 0, aborted: 0, counts: [] }

function addIntervalStep(a: IntervalStep = NO_STEP, b: IntervalStep): IntervalStep {
  const { counts: left, ...leftNumbers } = a
  const { counts: right, ...rightNumbers } = b
  return { ...addNumbers(leftNumbers, rightNumbers), counts: mergeSparse(left, right) }
}

function stepsOf(snapshots: readonly IntervalSnapshot[]): Record<string, IntervalStep> {
  const steps = new Map<string, IntervalStep>()
  const add = (name: string, step: IntervalStep) => steps.set(name, addIntervalStep(steps.get(name), step))
  for (const snapshot of snapshots) {
    for (const { step, ok, failed, errored, timedOut, aborted } of snapshot.steps)
      add(step, { ok, failed, errored, timedOut, aborted, counts: [] })
    for (const { key, counts } of snapshot.cells)
      if (key.metric === 'response_time') add(key.step, { ...NO_STEP, counts })
  }
  return Object.fromEntries(steps)
}

function componentsOf(snapshots: readonly IntervalSnapshot[]): RecordInterval['components'] {
  const sums = new Map<string, typeof NO_TIME>()
  for (const { key, counts, sumUs } of cellsOf(snapshots, 'component_time')) {
    const sum = sums.get(key.component) ?? NO_TIME
    sums.set(key.component, addNumbers(sum, { count: countOfSparse(counts), sumUs }))
  }
  return Object.fromEntries(sums)
}

const NO_TIME = { count: 0, sumUs: 0 }

function joinComponents(a: MergedInterval, b: MergedInterval): RecordInterval['components'] {
  const names = Object.keys({ ...a.components, ...b.components })
  return Object.fromEntries(
    names.map((name) => [
      name,
      addNumbers(lookUp(a.components, name) ?? NO_TIME, lookUp(b.components, name) ?? NO_TIME),
    ]),
  )
}

function startDelayP99MsOf(snapshots: readonly IntervalSnapshot[]): number | null {
  const cells = cellsOf(snapshots, 'start_delay')
  if (cells.length === 0) return null
  const histogram = new Histogram()
  for (const { counts } of cells) histogram.addSparse(counts)
  return histogram.quantileUs(0.99) / 1000
}

/** Of the histograms of requests that timed out or were never answered. */
function lowerBoundFromMsOf(snapshots: readonly IntervalSnapshot[]): number | null {
  const firstsUs = cellsOf(snapshots, 'response_time').flatMap(({ key, counts }) =>
    key.outcome === 'timed-out' && counts.length > 0 ? [lowestOfBucket(counts[0] as number)] : [],
  )
  return firstsUs.length === 0 ? null : Math.min(...firstsUs) / 1000
}

function joinSpans(a: ShardSpans, b: ShardSpans): ShardSpans {
  return { answered: joinSpan(a.answered, b.answered), lost: joinLost(a.lost, b.lost) }
}

function joinSpan(a: Span | null, b: Span | null): Span | null {
  if (a === null || b === null) return a ?? b
  return { fromMs: Math.min(a.fromMs, b.fromMs), toMs: Math.max(a.toMs, b.toMs) }
}

function joinLost(a: LostSpan | null, b: LostSpan | null): LostSpan | null {
  const span = joinSpan(a, b)
  if (span === null) return null
  return { ...span, lastFromMs: Math.max(a?.lastFromMs ?? 0, b?.lastFromMs ?? 0) }
}

const NO_SPANS: ShardSpans = { answered: null, lost: null }

function cellsOf(snapshots: readonly IntervalSnapshot[], metric: CellMetric): CellDelta[] {
  return snapshots.flatMap(({ cells }) => cells.filter(({ key }) => key.metric === metric))
}

function mergeInterval(
  snapshots: readonly IntervalSnapshot[],
  frame: IntervalResources & Pick<MergedInterval, 'startMs' | 'endMs' | 'phase'>,
): MergedInterval {
  const sum = (pick: (snapshot: IntervalSnapshot) => number) =>
    snapshots.reduce((total, snapshot) => total + pick(snapshot), 0)
  const worst = (pick: (snapshot: IntervalSnapshot) => number) =>
    snapshots.reduce((most, snapshot) => Math.max(most, pick(snapshot)), 0)
  const worstKnown = (pick: (snapshot: IntervalSnapshot) => number | null) =>
    snapshots.some((snapshot) => pick(snapshot) !== null) ? worst((snapshot) => pick(snapshot) ?? 0) : null
  return {
    ...frame,
    dispatch: snapshots.reduce((total, { dispatch }) => addNumbers(total, dispatch), NO_DISPATCH),
    activeAgents: sum(({ gauges }) => gauges.activeAgents),
    backlog: sum(({ gauges }) => gauges.backlog),
    inFlight: sum(({ gauges }) => gauges.inFlight),
    regions: snapshots.map(({ gauges }) => gauges.regions ?? {}).reduce(addTallies, {}),
    steps: stepsOf(snapshots),
    errors: snapshots.flatMap(({ steps }) => steps.map(({ errors }) => errors)).reduce(addTallies, {}),
    components: componentsOf(snapshots),
    startDelayP99Ms: startDelayP99MsOf(snapshots),
    lowerBoundFromMs: lowerBoundFromMsOf(snapshots),
    spans: snapshots.map(({ spans }) => spans).reduce(joinSpans, NO_SPANS),
    health: {
      eventLoopUtilization: worst(({ health }) => health.eventLoopUtilization),
      loopDelayMaxMs: worst(({ health }) => health.loopDelayMaxMs),
      gcPauseMaxMs: worst(({ health }) => health.gcPauseMaxMs),
      cpuRatio: worstKnown(({ health }) => health.cpuRatio),
      runQueueWaitRatio: worstKnown(({ health }) => health.runQueueWaitRatio),
    },
  }
}

/** Mean over both, by their lengths. */
function meanOf(a: MergedInterval, b: MergedInterval, pick: (interval: MergedInterval) => number): number {
  const aMs = a.endMs - a.startMs
  const bMs = b.endMs - b.startMs
  return (pick(a) * aMs + pick(b) * bMs) / (aMs + bMs)
}

/** The same for what may be unknown; the known one when the other is not. */
function meanKnown(
  a: MergedInterval,
  b: MergedInterval,
  pick: (interval: MergedInterval) => number | null | undefined,
): number | null {
  const [left, right] = [pick(a) ?? null, pick(b) ?? null]
  if (left === null || right === null) return left ?? right
  return meanOf(a, b, (interval) => pick(interval) ?? 0)
}

function joinTargets(a: MergedInterval, b: MergedInterval): MergedInterval['target'] {
  if (a.target === null || b.target === null) return b.target
  return {
    ...b.target,
    cpuCores: meanOf(a, b, ({ target }) => target?.cpuCores ?? 0),
    cpuRatio: meanKnown(a, b, ({ target }) => target?.cpuRatio),
  }
}

/**
 * CPU is the mean and memory the later one, as for the target. Of any other figure the higher one: a pause or a delay that
 * was too long is still found when its second is merged with calm ones.
 */
function joinProbes(a: MergedInterval, b: MergedInterval): MergedInterval['probes'] {
  // A journal of an older version has none.
  const names = Object.keys({ ...a.probes, ...b.probes })
  return Object.fromEntries(names.map((name) => [name, joinProbe(a, b, name)]))
}

function joinProbe(a: MergedInterval, b: MergedInterval, name: string): MergedInterval['probes'][string] {
  const [left = null, right = null] = [a, b].map(({ probes }) => lookUp(probes ?? {}, name))
  if (left === null || right === null) return left ?? right
  return {
    cpuCores: meanKnown(a, b, ({ probes }) => lookUp(probes, name)?.cpuCores),
    cpuRatio: meanKnown(a, b, ({ probes }) => lookUp(probes, name)?.cpuRatio),
    rssBytes: right.rssBytes ?? left.rssBytes,
    memoryRatio: right.memoryRatio ?? left.memoryRatio,
    value: maxKnown(left.value, right.value),
  }
}

function maxKnown(left: number | null, right: number | null): number | null {
  return left === null || right === null ? (left ?? right) : Math.max(left, right)
}

function minKnown(left: number | null, right: number | null): number | null {
  return left === null || right === null ? (left ?? right) : Math.min(left, right)
}

/** Two neighbouring intervals as one: counts add up, CPU is the mean, gauges are the later ones, health is the worse. */
function joinIntervals(a: MergedInterval, b: MergedInterval): MergedInterval {
  const steps = new Map(Object.entries(a.steps))
  for (const [name, step] of Object.entries(b.steps)) steps.set(name, addIntervalStep(steps.get(name), step))
  return {
    ...b,
    startMs: a.startMs,
    phase: a.phase,
    target: joinTargets(a, b),
    probes: joinProbes(a, b),
    generator: {
      ...b.generator,
      cpuCores: meanOf(a, b, ({ generator }) => generator.cpuCores),
      stealRatio: maxKnown(a.generator.stealRatio, b.generator.stealRatio),
      clockStepMs: a.generator.clockStepMs + b.generator.clockStepMs,
    },
    dispatch: addNumbers(a.dispatch, b.dispatch),
    steps: Object.fromEntries(steps),
    errors: addTallies(a.errors, b.errors),
    components: joinComponents(a, b),
    startDelayP99Ms: maxKnown(a.startDelayP99Ms, b.startDelayP99Ms),
    lowerBoundFromMs: minKnown(a.lowerBoundFromMs, b.lowerBoundFromMs),
    spans: joinSpans(a.spans, b.spans),
    health: {
      eventLoopUtilization: Math.max(a.health.eventLoopUtilization, b.health.eventLoopUtilization),
      loopDelayMaxMs: Math.max(a.health.loopDelayMaxMs, b.health.loopDelayMaxMs),
      gcPauseMaxMs: Math.max(a.health.gcPauseMaxMs, b.health.gcPauseMaxMs),
      cpuRatio: maxKnown(a.health.cpuRatio, b.health.cpuRatio),
      runQueueWaitRatio: maxKnown(a.health.runQueueWaitRatio, b.health.runQueueWaitRatio),
    },
  }
}
