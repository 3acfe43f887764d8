/**
 * The coordinator's end of a shard's memory: each call gives what the shard recorded since the last one, as an
 * `IntervalSnapshot`. It never waits for the shard, so it can also read a stuck or dead one.
 */

import { addNumbers } from '../base/add-numbers.ts'
import type { StepFailures } from '../model/failures-schema.ts'
import type {
  CellDelta,
  CellKey,
  CheckCounts,
  IntervalSnapshot,
  JourneyConcurrency,
  ShardSpans,
  SlowRequest,
  Span,
  StepCounts,
} from '../model/interval-snapshot.ts'
import type { MessageCounts } from '../model/message-counts.ts'
import { type BoundsUs, CellReader, PageMemory } from './cells.ts'
import { CounterReader } from './counter-reader.ts'
import { messageCountsOf } from './ledger-memory.ts'
import type { MemoryAnnouncement } from './memory-announcement.ts'
import { FIRST_ESCALATION_COLUMN, firstRegionColumn, SHARD_COLUMN } from './shard-memory.ts'
import { SlowestReader } from './slowest.ts'
import { dispatchOf, slowRequestOf, stepCountsOf } from './snapshot-rows.ts'
import { NO_STATUSES, StatusReader } from './status-counters.ts'
import { WorkloadReader } from './workload-reader.ts'

/** The identity that the snapshots of a shard carry. */
export interface SnapshotSource {
  readonly runId: string
  readonly shard: number
  readonly epoch: number
  readonly escalationKinds: readonly string[]
  /** The names of the regions, in the order of the plan. */
  readonly regions: readonly string[]
  /** The workloads that have names, and so counters of their own. */
  readonly workloads: readonly { readonly name: string; readonly counters: SharedArrayBuffer }[]
}

/** Reads one shard. */
export class SnapshotReader {
  readonly #source: SnapshotSource
  readonly #shardNow: Float64Array
  readonly #shardGain: CounterReader
  readonly #workloads: readonly WorkloadReader[]
  readonly #pages = new PageMemory()
  readonly #cells: { readonly key: CellKey; readonly boundsUs: BoundsUs; readonly reader: CellReader }[] = []
  readonly #steps: {
    readonly place: Pick<StepCounts, 'phase' | 'step' | 'region' | 'workload'>
    readonly reader: CounterReader
    statuses: StatusReader | null
  }[] = []
  #failures: StepFailures[] = []
  #concurrency: JourneyConcurrency[] = []
  #checks: CheckCounts[] = []
  readonly #messages: { readonly target: string; readonly reader: CounterReader }[] = []
  readonly #slowest: (Pick<SlowRequest, 'phase' | 'step'> & {
    readonly tracePrefix: string | null
    readonly reader: SlowestReader
  })[] = []
  #sequence = 0
  #lastEndMs = 0

  constructor(source: SnapshotSource, shardCounters: SharedArrayBuffer) {
    this.#source = source
    this.#shardNow = new Float64Array(shardCounters)
    this.#shardGain = new CounterReader(shardCounters)
    this.#workloads = source.workloads.map(({ name, counters }) => new WorkloadReader(name, counters))
  }

  /** Adds what the shard announced. */
  add(announcement: MemoryAnnouncement): void {
    if (announcement.kind === 'pages') return this.#pages.add(announcement.buffer)
    if (announcement.kind === 'cell') {
      const { key, boundsUs, buffer } = announcement
      this.#cells.push({ key, boundsUs, reader: new CellReader(buffer, this.#pages, boundsUs) })
      return
    }
    if (announcement.kind === 'failures') {
      this.#failures.push(announcement.failures)
      return
    }
    if (announcement.kind === 'checks') {
      this.#checks.push(...announcement.checks)
      return
    }
    if (announcement.kind === 'concurrency') {
      this.#concurrency.push(announcement.concurrency)
      return
    }
    if (announcement.kind === 'messages') {
      const { target, buffer } = announcement
      this.#messages.push({ target, reader: new CounterReader(buffer) })
      return
    }
    if (announcement.kind === 'counters') {
      const { kind: _, buffer, ...place } = announcement
      this.#steps.push({ place, reader: new CounterReader(buffer), statuses: null })
    } else if (announcement.kind === 'statuses') this.#addStatuses(announcement)
    else {
      const { phase, step, buffer, tracePrefix } = announcement
      this.#slowest.push({ phase, step, tracePrefix, reader: new SlowestReader(buffer) })
    }
  }

  #addStatuses({
    phase,
    step,
    region,
    workload,
    buffer,
  }: MemoryAnnouncement & { readonly kind: 'statuses' }): void {
    const counted = this.#steps.find(
      ({ place }) =>
        place.phase === phase &&
        place.step === step &&
        place.region === region &&
        place.workload === workload,
    )
    if (counted !== undefined) counted.statuses = new StatusReader(buffer)
  }

  /** A number that changes whenever the shard's loop turns; an unchanged value means a stuck shard. */
  get heartbeat(): number {
    return this.#shardNow[SHARD_COLUMN.heartbeat] as number
  }

  /** Takes what was recorded since the last call; `endMs` is now, in ms since run start. */
  take(endMs: number): IntervalSnapshot {
    const startMs = this.#lastEndMs
    const gain = this.#shardGain.takeGain() ?? new Float64Array(this.#shardNow.length)
    const workloads = this.#workloads.map((workload) => [workload.name, workload.take()] as const)
    const snapshot: IntervalSnapshot = {
      runId: this.#source.runId,
      shard: this.#source.shard,
      epoch: this.#source.epoch,
      sequence: this.#sequence++,
      startMs,
      endMs,
      cells: this.#takeCells(),
      steps: this.#takeSteps(),
      dispatch: workloads.map(([, { dispatch }]) => dispatch).reduce(addNumbers, dispatchOf(gain)),
      ...(workloads.length === 0
        ? {}
        : { workloads: Object.fromEntries(workloads.map(([name, { counts }]) => [name, counts])) }),
      escalations: this.#escalationsOf(gain),
      gauges: {
        activeAgents: this.#gauge(SHARD_COLUMN.activeAgents),
        backlog: this.#gauge(SHARD_COLUMN.backlog),
        inFlight: this.#shardNow[SHARD_COLUMN.inFlight] as number,
        regions: this.#agentsByRegion(),
      },
      health: this.#takeHealth(gain, endMs - startMs),
      spans: this.#takeSpans(),
      slowest: this.#slowest.flatMap(({ phase, step, tracePrefix, reader }) =>
        reader.takeNew().map((row) => ({ phase, step, ...slowRequestOf(row, tracePrefix) })),
      ),
      failures: this.#failures,
      concurrency: this.#concurrency,
      checks: this.#checks,
      messages: this.#takeMessages(),
    }
    this.#failures = []
    this.#concurrency = []
    this.#checks = []
    this.#lastEndMs = endMs
    return snapshot
  }

  /** Returns the present value of a column, of all workloads. */
  #gauge(column: number): number {
    return this.#workloads.reduce(
      (sum, workload) => sum + workload.now(column),
      this.#shardNow[column] as number,
    )
  }

  #takeCells(): CellDelta[] {
    const deltas: CellDelta[] = []
    for (const { key, boundsUs, reader } of this.#cells) {
      const gain = reader.takeGain()
      if (gain === null) continue
      const { overBounds, ...counted } = gain
      const over = Object.fromEntries(boundsUs.map((boundUs, i) => [boundUs, overBounds[i] as number]))
      deltas.push({ key, ...counted, over })
    }
    return deltas
  }

  #takeSteps(): StepCounts[] {
    const steps: StepCounts[] = []
    for (const { place, reader, statuses } of this.#steps) {
      const gain = reader.takeGain()
      if (gain !== null)
        steps.push({ ...place, ...stepCountsOf(gain), ...(statuses?.takeGain() ?? NO_STATUSES) })
    }
    return steps
  }

  #takeMessages(): MessageCounts[] {
    return this.#messages.flatMap(({ target, reader }) => {
      const gain = reader.takeGain()
      return gain === null ? [] : [{ target, ...messageCountsOf(gain) }]
    })
  }

  #escalationsOf(gain: Float64Array): Record<string, number> {
    const entries = this.#source.escalationKinds.map(
      (kind, i) => [kind, gain[FIRST_ESCALATION_COLUMN + i] as number] as const,
    )
    return Object.fromEntries(entries.filter(([, amount]) => amount > 0))
  }

  #agentsByRegion(): Record<string, number> {
    const { regions } = this.#source
    const first = firstRegionColumn(this.#shardNow, regions.length)
    return Object.fromEntries(regions.map((name, i) => [name, this.#shardNow[first + i] as number]))
  }

  #takeHealth(gain: Float64Array, intervalMs: number): IntervalSnapshot['health'] {
    const activeMs = gain[SHARD_COLUMN.loopActiveMs] as number
    const loopMs = activeMs + (gain[SHARD_COLUMN.loopIdleMs] as number)
    const cpuNs = gain[SHARD_COLUMN.cpuNs] as number
    const intervalNs = Math.max(1, intervalMs) * 1e6
    const health = {
      eventLoopUtilization: loopMs > 0 ? activeMs / loopMs : 0,
      loopDelayMaxMs: this.#shardNow[SHARD_COLUMN.loopDelayMaxMs] as number,
      gcPauseMaxMs: this.#shardNow[SHARD_COLUMN.gcPauseMaxMs] as number,
      gcTotalMs: gain[SHARD_COLUMN.gcTotalMs] as number,
      cpuRatio: cpuNs > 0 ? cpuNs / intervalNs : null,
      runQueueWaitRatio: cpuNs > 0 ? (gain[SHARD_COLUMN.runQueueNs] as number) / intervalNs : null,
    }
    // The shard writes peaks with a plain maximum; a peak that falls between the two lines counts for the next interval.
    this.#shardNow[SHARD_COLUMN.loopDelayMaxMs] = 0
    this.#shardNow[SHARD_COLUMN.gcPauseMaxMs] = 0
    return health
  }

  #takeSpans(): ShardSpans {
    const lost = this.#takeSpan(SHARD_COLUMN.lostFromMs)
    const lastFromMs = this.#shardNow[SHARD_COLUMN.lostLastFromMs] as number
    this.#shardNow[SHARD_COLUMN.lostLastFromMs] = 0
    return {
      answered: this.#takeSpan(SHARD_COLUMN.answeredFromMs),
      lost: lost === null ? null : { ...lost, lastFromMs },
    }
  }

  #takeSpan(fromColumn: number): Span | null {
    const fromMs = this.#shardNow[fromColumn] as number
    const toMs = this.#shardNow[fromColumn + 1] as number
    this.#shardNow[fromColumn] = 0
    this.#shardNow[fromColumn + 1] = 0
    return fromMs === 0 || toMs === 0 ? null : { fromMs, toMs }
  }
}
