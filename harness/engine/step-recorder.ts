/**
 * The definition of the measures. Every request has five instants on one monotonic clock: intended, started, sent, first byte,
 * done. From them, and from the time of connecting, in integer microseconds:
 *
 *   connect_time  = the part of sent - intended in which its connection was opened: the target's and the network's
 *   start_delay   = sent - intended - connect_time    what the generator and its pools added
 *   service_time  = done - sent                       what the target took
 *   response_time = start_delay + connect_time + service_time + the region's network delay      what a user waits
 *   ttfb          = first byte - sent
 *
 * Response time is the *sum* of the rounded parts, so the totals agree to the microsecond. A request that found a connection has
 * no connect time. One that was never sent (refused, timed out while connecting) has no service time, nor has one that nobody
 * acknowledges: it ends when it was handed over. A request that timed out or
 * was still unanswered at the end of the drain is timed to the instant it was abandoned: a lower bound. Counted but not timed are
 * aborted requests, which the harness ended, and those that overlap a stall of the generator's own loop, which would distort
 * them.
 */
import { LOWEST_US } from '../base/histogram.ts'
import { lookUp } from '../base/names.ts'
import { type CellMetric, OTHER_NAMES } from '../model/interval-snapshot.ts'
import { type Measure, recordedPer } from '../model/measures.ts'
import { OUTCOME_ABORTED, OUTCOME_FAILED, OUTCOME_OK, STEP_OUTCOMES } from '../model/outcome.ts'
import type { CellMemory } from './cell-memory.ts'
import { allocateCell, CellWriter } from './cells.ts'
import type { FailedRequest, FailureLog } from './failure-log.ts'
import type { Observation, RecorderPhase, RecorderPlace, RecorderSettings } from './recorder-settings.ts'
import { allocateStepCounters, count, errorColumn, STEP_COLUMN } from './shard-memory.ts'
import { SloRecorder } from './slo-recorder.ts'
import { allocateSlowest, SlowestWriter } from './slowest.ts'
import { allocateStatusCounters, StatusWriter } from './status-counters.ts'

const OUTCOME_COLUMNS = [
  STEP_COLUMN.ok,
  STEP_COLUMN.failed,
  STEP_COLUMN.errored,
  STEP_COLUMN.timedOut,
  STEP_COLUMN.aborted,
] as const

/** The cells and counters of one step in one phase (and region), created on first use. */
export class StepRecorder {
  readonly #place: RecorderPlace
  readonly #settings: RecorderSettings
  readonly #memory: CellMemory
  readonly #failures: FailureLog
  #statuses: StatusWriter | null = null
  readonly counters: Float64Array
  /** By outcome, as the two below. */
  readonly #response: (CellWriter | null)[] = [null, null, null, null]
  readonly #service: (CellWriter | null)[] = [null, null]
  readonly #ttfb: (CellWriter | null)[] = [null, null]
  #startDelay: CellWriter | null = null
  #connect: CellWriter | null = null
  readonly #components = new Map<string, CellWriter>()
  readonly #measures = new Map<Measure, CellWriter>()
  /** Null when no joint condition judges the step. */
  readonly #slos: SloRecorder | null
  #slowest: SlowestWriter | null = null
  /** The response time above which a request is among the slowest; infinite in a phase that is not measured. */
  #slowBeyondUs: number

  constructor(
    place: RecorderPlace,
    { measured }: RecorderPhase,
    settings: RecorderSettings,
    memory: CellMemory,
    failures: FailureLog,
  ) {
    this.#place = place
    this.#settings = settings
    this.#memory = memory
    this.#failures = failures
    const slos = settings.slos?.ofStep(place.step) ?? []
    this.#slos =
      slos.length === 0
        ? null
        : new SloRecorder(slos, (metric, component) => this.#allocate(metric, '', component, 0))
    this.#slowBeyondUs = measured ? -1 : Number.POSITIVE_INFINITY
    const buffer = allocateStepCounters()
    this.counters = new Float64Array(buffer)
    settings.announce({ kind: 'counters', ...place, buffer })
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
      this.#countStatus(seen.status, outcome === OUTCOME_FAILED)
    if (outcome === OUTCOME_ABORTED) return
    if (seen.isUntimed) return count(counters, STEP_COLUMN.untimed)

    const leftMs = sentMs === 0 ? doneMs : sentMs
    const connectTimeUs = toUs(seen.connectMs)
    const startDelayUs = toUs(leftMs - seen.intendedMs - seen.connectMs)
    const serviceTimeUs = toUs(doneMs - leftMs)
    const responseTimeUs = startDelayUs + connectTimeUs + serviceTimeUs + toUs(seen.networkDelayMs)
    this.#cellOf(this.#response, 'response_time', outcome).record(responseTimeUs)
    if (responseTimeUs > this.#slowBeyondUs)
      this.#keepSlow(seen, responseTimeUs, serviceTimeUs, connectTimeUs)
    this.#startDelay ??= this.#allocate('start_delay')
    this.#startDelay.record(startDelayUs)
    if (seen.connectMs > 0) {
      this.#connect ??= this.#allocate('connect_time')
      this.#connect.record(connectTimeUs)
    }
    if (this.#slos !== null)
      this.#slos.record(seen, {
        responseUs: responseTimeUs,
        serviceUs: serviceTimeUs,
        startDelayUs,
        connectUs: connectTimeUs,
      })
    if (seen.acknowledged && (outcome === OUTCOME_OK || outcome === OUTCOME_FAILED))
      this.#recordAnswer(seen, serviceTimeUs)
  }

  /** Records one more value that the target measures. @param value in the unit of the measure */
  measure(measure: Measure, value: number): void {
    let cell = this.#measures.get(measure)
    if (cell === undefined) {
      cell = this.#allocate(measure.name, '', '', 0)
      this.#measures.set(measure, cell)
    }
    cell.record(Math.max(0, Math.round(value * recordedPer(measure.unit))))
  }

  /** Notes why a request failed that is recorded. */
  noteFailure(failed: FailedRequest): void {
    const { phase, step } = this.#place
    this.#failures.add({ phase, of: 'requests', step }, failed)
  }

  #countStatus(status: number, isFailed: boolean): void {
    this.#statuses ??= this.#allocateStatuses()
    this.#statuses.count(status, isFailed)
  }

  #allocateStatuses(): StatusWriter {
    const buffer = allocateStatusCounters()
    this.#settings.announce({ kind: 'statuses', ...this.#place, buffer })
    return new StatusWriter(buffer)
  }

  #keepSlow(seen: Observation, responseTimeUs: number, serviceTimeUs: number, connectTimeUs: number): void {
    this.#slowest ??= this.#allocateSlowest()
    this.#slowBeyondUs = this.#slowest.keep(
      responseTimeUs,
      seen.sentMs === 0 ? -1 : serviceTimeUs,
      seen.connectMs > 0 ? connectTimeUs : -1,
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
    announce({ kind: 'slowest', ...this.#place, buffer, tracePrefix })
    return new SlowestWriter(buffer)
  }

  #recordAnswer(seen: Observation, serviceTimeUs: number): void {
    const { outcome, firstByteMs } = seen
    this.#cellOf(this.#service, 'service_time', outcome).record(serviceTimeUs)
    if (firstByteMs !== 0) this.#cellOf(this.#ttfb, 'ttfb', outcome).record(toUs(firstByteMs - seen.sentMs))
    for (let i = 0; i < seen.componentCount; i++) {
      this.#componentCell(seen.componentNames[i] as string).record(toUs(seen.componentMs[i] as number))
    }
  }

  #cellOf(cells: (CellWriter | null)[], metric: CellMetric, outcome: number): CellWriter {
    let cell = cells[outcome]
    if (cell === null || cell === undefined) {
      cell = this.#allocate(metric, STEP_OUTCOMES[outcome])
      cells[outcome] = cell
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

  #allocate(metric: CellMetric, outcome = '', component = '', lowest = LOWEST_US): CellWriter {
    const { announce, bounds } = this.#settings
    const boundsUs = lookUp(bounds, metric) ?? []
    const buffer = allocateCell(boundsUs)
    announce({
      kind: 'cell',
      key: { ...this.#place, metric, outcome, component },
      buffer,
      boundsUs,
    })
    return new CellWriter(buffer, this.#memory.pages, boundsUs, lowest)
  }
}

function toUs(durationMs: number): number {
  return durationMs > 0 ? Math.round(durationMs * 1000) : 0
}
