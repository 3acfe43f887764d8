/**
 * What the measures mean. Every request has five instants on one monotonic clock: intended, started, sent, first byte,
 * done. From them, in integer microseconds:
 *
 *   start_delay   = sent - intended          what the generator and its pools added
 *   service_time  = done - sent              what the target took
 *   response_time = start_delay + service_time + the region's network delay       what a user waits
 *   ttfb          = first byte - sent
 *
 * Response time is the *sum* of the rounded parts, so the totals agree to the microsecond. A request that was never
 * sent (refused, timed out while connecting) has no service time; all it took is start delay. Aborted requests are
 * counted, not timed: the harness ended them, not the target.
 */
import type { CellKey, CellMetric } from '../model/interval-snapshot.ts'
import { OUTCOME_ABORTED, OUTCOME_FAILED, OUTCOME_OK, STEP_OUTCOMES } from '../model/outcome.ts'
import { allocateCell, type BoundsUs, CellWriter } from './cells.ts'
import { allocateStepCounters, count, errorColumn, STEP_COLUMN } from './shard-memory.ts'

const OUTCOME_COLUMNS = [
  STEP_COLUMN.ok,
  STEP_COLUMN.failed,
  STEP_COLUMN.errored,
  STEP_COLUMN.timedOut,
  STEP_COLUMN.aborted,
] as const

/** New shared memory, announced to whoever reads this shard. */
export type MemoryAnnouncement =
  | {
      readonly kind: 'cell'
      readonly key: CellKey
      readonly buffer: SharedArrayBuffer
      /** Of exact counters, in their order. */
      readonly boundsUs: BoundsUs
    }
  | {
      readonly kind: 'counters'
      readonly phase: string
      readonly step: string
      readonly buffer: SharedArrayBuffer
    }

/** Bounds whose exceedances are counted exactly, by metric. */
export type MetricBounds = Partial<Readonly<Record<CellMetric, BoundsUs>>>

export type Announce = (announcement: MemoryAnnouncement) => void

/** One finished request, as the recorder needs it. Instants in ms; 0 = not reached. */
export interface Observation {
  readonly intendedMs: number
  readonly sentMs: number
  readonly firstByteMs: number
  readonly doneMs: number
  readonly networkDelayMs: number
  readonly outcome: number
  readonly errorKind: number
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly componentCount: number
  readonly componentNames: readonly string[]
  readonly componentMs: readonly number[]
}

/** Cells and counters of one step in one phase, made when first needed. */
export class StepRecorder {
  readonly #phase: string
  readonly #step: string
  readonly #announce: Announce
  readonly #bounds: MetricBounds
  readonly counters: Float64Array
  readonly #response: (CellWriter | null)[] = [null, null, null, null]
  #service: CellWriter | null = null
  #startDelay: CellWriter | null = null
  #ttfb: CellWriter | null = null
  readonly #components = new Map<string, CellWriter>()

  constructor(phase: string, step: string, announce: Announce, bounds: MetricBounds) {
    this.#phase = phase
    this.#step = step
    this.#announce = announce
    this.#bounds = bounds
    const buffer = allocateStepCounters()
    this.counters = new Float64Array(buffer)
    announce({ kind: 'counters', phase, step, buffer })
  }

  /** Counts and times one finished request. */
  record(seen: Observation): void {
    const { outcome, sentMs, doneMs } = seen
    const counters = this.counters
    count(counters, OUTCOME_COLUMNS[outcome] as number)
    if (seen.errorKind !== 0) count(counters, errorColumn(seen.errorKind))
    count(counters, STEP_COLUMN.bytesSent, seen.bytesSent)
    count(counters, STEP_COLUMN.bytesReceived, seen.bytesReceived)
    if (outcome === OUTCOME_ABORTED) return

    const leftMs = sentMs === 0 ? doneMs : sentMs
    const startDelayUs = toUs(leftMs - seen.intendedMs)
    const serviceTimeUs = toUs(doneMs - leftMs)
    this.#responseCell(outcome).record(startDelayUs + serviceTimeUs + toUs(seen.networkDelayMs))
    this.#startDelay ??= this.#allocate('start_delay')
    this.#startDelay.record(startDelayUs)
    if (outcome === OUTCOME_OK || outcome === OUTCOME_FAILED) this.#recordAnswer(seen, serviceTimeUs)
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
    let cell = this.#components.get(component)
    if (cell === undefined) {
      cell = this.#allocate('component_time', '', component)
      this.#components.set(component, cell)
    }
    return cell
  }

  #allocate(metric: CellMetric, outcome = '', component = ''): CellWriter {
    const boundsUs = this.#bounds[metric] ?? []
    const buffer = allocateCell(boundsUs)
    this.#announce({
      kind: 'cell',
      key: { phase: this.#phase, step: this.#step, metric, outcome, component },
      buffer,
      boundsUs,
    })
    return new CellWriter(buffer, boundsUs)
  }
}

/** More steps than this in one phase are recorded together as `other`: a name built from an id must not eat the memory. */
export const STEP_NAMES_MAX = 500
const OTHER_STEP = 'other'

/** The recorder of a shard: finds the cells of a step in the phase of an intended instant. */
export class Recorder {
  readonly #announce: Announce
  readonly #phases: readonly { readonly name: string; readonly endMs: number }[]
  readonly #steps: Map<string, StepRecorder>[]
  readonly #bounds: MetricBounds

  /** @param phases in order, `endMs` in the shard's own clock. @param bounds whose exceedances are counted exactly */
  constructor(
    phases: readonly { readonly name: string; readonly endMs: number }[],
    announce: Announce,
    bounds: MetricBounds = {},
  ) {
    this.#phases = phases
    this.#announce = announce
    this.#bounds = bounds
    this.#steps = phases.map(() => new Map())
  }

  /** Cells of a step in the phase that holds `intendedMs`; after the end, in the last phase. */
  at(step: string, intendedMs: number): StepRecorder {
    const last = this.#phases.length - 1
    let phase = 0
    while (phase < last && intendedMs >= (this.#phases[phase] as { endMs: number }).endMs) phase++
    const steps = this.#steps[phase] as Map<string, StepRecorder>
    const found = steps.get(step)
    if (found !== undefined) return found
    if (steps.size >= STEP_NAMES_MAX && step !== OTHER_STEP) return this.at(OTHER_STEP, intendedMs)
    const { name } = this.#phases[phase] as { name: string }
    const made = new StepRecorder(name, step, this.#announce, this.#bounds)
    steps.set(step, made)
    return made
  }
}

function toUs(durationMs: number): number {
  return durationMs > 0 ? Math.round(durationMs * 1000) : 0
}
