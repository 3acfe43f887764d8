/**
 * The definition of the measures. Every request has five instants on one monotonic clock: intended, started, sent, first byte,
 * done. From them, in integer microseconds:
 *
 *   start_delay   = sent - intended          what the generator and its pools added
 *   service_time  = done - sent              what the target took
 *   response_time = start_delay + service_time + the region's network delay       what a user waits
 *   ttfb          = first byte - sent
 *
 * Response time is the *sum* of the rounded parts, so the totals agree to the microsecond. A request that was never
 * sent (refused, timed out while connecting) has no service time; all it took is start delay. A request that timed out or
 * was still unanswered at the end of the drain is timed to the instant it was abandoned: a lower bound. Counted but not timed are
 * aborted requests, which the harness ended, and those that overlap a stall of the generator's own loop, which would distort
 * them.
 */
import type { MaskText } from '../base/secret-mask.ts'
import { type CellMetric, OTHER_NAMES } from '../model/interval-snapshot.ts'
import { OUTCOME_ABORTED, OUTCOME_FAILED, OUTCOME_OK, STEP_OUTCOMES } from '../model/outcome.ts'
import type { CellMemory } from './cell-memory.ts'
import { allocateCell, type BoundsUs, CellWriter } from './cells.ts'
import type { FailedRequest, FailureLog } from './failure-log.ts'
import type { Announce } from './memory-announcement.ts'
import {
  allocateStatusCounters,
  allocateStepCounters,
  count,
  errorColumn,
  STEP_COLUMN,
} from './shard-memory.ts'
import { allocateSlowest, SlowestWriter } from './slowest.ts'

const OUTCOME_COLUMNS = [
  STEP_COLUMN.ok,
  STEP_COLUMN.failed,
  STEP_COLUMN.errored,
  STEP_COLUMN.timedOut,
  STEP_COLUMN.aborted,
] as const

/** Bounds whose exceedances are counted exactly, by metric. */
export type MetricBounds = Partial<Readonly<Record<CellMetric, BoundsUs>>>

/** One finished request, as the recorder needs it. Instants in ms; 0 = not reached. */
export interface Observation {
  readonly intendedMs: number
  readonly sentMs: number
  readonly firstByteMs: number
  readonly doneMs: number
  readonly networkDelayMs: number
  /** The identity of the agent. */
  readonly agentId: number
  readonly status: number
  readonly traceNumber: number
  readonly outcome: number
  readonly errorKind: number
  /** True when the generator's own loop stalled while the request was in flight, or when it should have started. */
  readonly isUntimed: boolean
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly componentCount: number
  readonly componentNames: readonly string[]
  readonly componentMs: readonly number[]
}

/** The settings that the steps of a recorder share. */
export interface RecorderSettings {
  /** Called with new memory. */
  readonly announce: Announce
  /** Bounds whose exceedances are counted exactly. */
  readonly bounds: MetricBounds
  /** The run start in the shard's own clock. */
  readonly startMs: number
  /** The prefix of the shard's trace ids; null when requests are not traced. */
  readonly tracePrefix: string | null
  /** Returns the recorded form of a name made by code or a server: with secrets masked. */
  readonly nameOf: (name: string) => string
  /** Masks a text that is no name. */
  readonly mask: MaskText
}

/** A stretch of the run, as a recorder needs it. */
export interface RecorderPhase {
  readonly name: string
  /** In the shard's own clock. */
  readonly endMs: number
  readonly measured: boolean
}

/** The cells and counters of one step in one phase, created on first use. */
export class StepRecorder {
  readonly #phase: string
  readonly #step: string
  readonly #settings: RecorderSettings
  readonly #memory: CellMemory
  readonly #failures: FailureLog
  #statuses: Float64Array | null = null
  readonly counters: Float64Array
  readonly #response: (CellWriter | null)[] = [null, null, null, null]
  #service: CellWriter | null = null
  #startDelay: CellWriter | null = null
  #ttfb: CellWriter | null = null
  readonly #components = new Map<string, CellWriter>()
  #slowest: SlowestWriter | null = null
  /** The response time above which a request is among the slowest; infinite in a phase that is not measured. */
  #slowBeyondUs: number

  constructor(
    { name, measured }: RecorderPhase,
    step: string,
    settings: RecorderSettings,
    memory: CellMemory,
    failures: FailureLog,
  ) {
    this.#phase = name
    this.#step = step
    this.#settings = settings
    this.#memory = memory
    this.#failures = failures
    this.#slowBeyondUs = measured ? -1 : Number.POSITIVE_INFINITY
    const buffer = allocateStepCounters()
    this.counters = new Float64Array(buffer)
    settings.announce({ kind: 'counters', phase: name, step, buffer })
  }

  /** Counts and times one finished request. */
  record(seen: Observation): void {
    const { outcome, sentMs, doneMs } = seen
    const counters = this.counters
    count(counters, OUTCOME_COLUMNS[outcome] as number)
    if (seen.errorKind !== 0) count(counters, errorColumn(seen.errorKind))
    count(counters, STEP_COLUMN.bytesSent, seen.bytesSent)
    count(counters, STEP_COLUMN.bytesReceived, seen.bytesReceived)
    if (seen.status !== 0 && (outcome === OUTCOME_OK || outcome === OUTCOME_FAILED))
      this.#countStatus(seen.status)
    if (outcome === OUTCOME_ABORTED) return
    if (seen.isUntimed) return count(counters, STEP_COLUMN.untimed)

    const leftMs = sentMs === 0 ? doneMs : sentMs
    const startDelayUs = toUs(leftMs - seen.intendedMs)
    const serviceTimeUs = toUs(doneMs - leftMs)
    const responseTimeUs = startDelayUs + serviceTimeUs + toUs(seen.networkDelayMs)
    this.#responseCell(outcome).record(responseTimeUs)
    if (responseTimeUs > this.#slowBeyondUs) this.#keepSlow(seen, responseTimeUs, serviceTimeUs)
    this.#startDelay ??= this.#allocate('start_delay')
    this.#startDelay.record(startDelayUs)
    if (outcome === OUTCOME_OK || outcome === OUTCOME_FAILED) this.#recordAnswer(seen, serviceTimeUs)
  }

  /** Notes why a request failed that is recorded. */
  noteFailure(failed: FailedRequest): void {
    this.#failures.add(this.#phase, this.#step, failed)
  }

  #countStatus(status: number): void {
    this.#statuses ??= this.#allocateStatuses()
    count(this.#statuses, status)
  }

  #allocateStatuses(): Float64Array {
    const buffer = allocateStatusCounters()
    this.#settings.announce({ kind: 'statuses', phase: this.#phase, step: this.#step, buffer })
    return new Float64Array(buffer)
  }

  #keepSlow(seen: Observation, responseTimeUs: number, serviceTimeUs: number): void {
    this.#slowest ??= this.#allocateSlowest()
    this.#slowBeyondUs = this.#slowest.keep(
      responseTimeUs,
      seen.sentMs === 0 ? -1 : serviceTimeUs,
      seen.intendedMs - this.#settings.startMs,
      seen.agentId,
      seen.status,
      seen.errorKind,
      seen.sentMs === 0 ? 0 : seen.traceNumber,
    )
  }

  #allocateSlowest(): SlowestWriter {
    const { announce, tracePrefix } = this.#settings
    const buffer = allocateSlowest()
    announce({ kind: 'slowest', phase: this.#phase, step: this.#step, buffer, tracePrefix })
    return new SlowestWriter(buffer)
  }

  #recordAnswer(seen: Observation, serviceTimeUs: number): void {
    this.#service ??= this.#allocate('service_time')
    this.#service.record(serviceTimeUs)
    if (seen.firstByteMs !== 0) {
      this.#ttfb ??= this.#allocate('ttfb')
      this.#ttfb.record(toUs(seen.firstByteMs - seen.sentMs))
    }
    for (let i = 0; i < seen.componentCount; i++) {
      this.#componentCell(seen.componentNames[i] as string).record(toUs(seen.componentMs[i] as number))
    }
  }

  #responseCell(outcome: number): CellWriter {
    let cell = this.#response[outcome]
    if (cell === null || cell === undefined) {
      cell = this.#allocate('response_time', STEP_OUTCOMES[outcome])
      this.#response[outcome] = cell
    }
    return cell
  }

  #componentCell(component: string): CellWriter {
    const found = this.#components.get(component)
    if (found !== undefined) return found
    const isOther = component === OTHER_NAMES
    if (!isOther && this.#memory.isFull) return this.#componentCell(OTHER_NAMES)
    const name = isOther ? component : this.#settings.nameOf(component)
    const made = name === component ? this.#allocateComponent(name) : this.#componentCell(name)
    this.#components.set(component, made)
    return made
  }

  #allocateComponent(name: string): CellWriter {
    if (name !== OTHER_NAMES) this.#memory.countComponent()
    return this.#allocate('component_time', '', name)
  }

  #allocate(metric: CellMetric, outcome = '', component = ''): CellWriter {
    const { announce, bounds } = this.#settings
    const boundsUs = bounds[metric] ?? []
    const buffer = allocateCell(boundsUs)
    announce({
      kind: 'cell',
      key: { phase: this.#phase, step: this.#step, metric, outcome, component },
      buffer,
      boundsUs,
    })
    return new CellWriter(buffer, this.#memory.pages, boundsUs)
  }
}

function toUs(durationMs: number): number {
  return durationMs > 0 ? Math.round(durationMs * 1000) : 0
}
