import { type Concurrency, ConcurrencyTally } from '../measure/code-counts.ts'
import { OTHER_NAMES } from '../model/interval-snapshot.ts'
import { CellMemory } from './cell-memory.ts'
import { CheckLog } from './check-log.ts'
import { type FailedRequest, FailureLog } from './failure-log.ts'
import { GroupRecorder } from './group-recorder.ts'
import type { RecorderPhase, RecorderSettings } from './recorder-settings.ts'
import type { SloValues } from './slos.ts'
import { StepRecorder } from './step-recorder.ts'

/**
 * The maximum number of steps in one phase; further ones are recorded together, so that names built from ids do not exhaust the
 * memory.
 */
export const STEP_NAMES_MAX = 500

/** The parts of a failure that was no request. */
const NO_REQUEST = {
  sentMs: 0,
  status: 0,
  traceNumber: 0,
  sentAs: () => null,
  bodyStart: () => null,
} as const

/** The recorder of a shard: finds the cells of a step in the phase of an intended instant. */
export class Recorder {
  readonly #phases: readonly RecorderPhase[]
  readonly #settings: RecorderSettings
  readonly #memory: CellMemory
  readonly #failures: FailureLog
  readonly #concurrency = new ConcurrencyTally()
  readonly #checks: CheckLog
  readonly #groups: GroupRecorder
  /** By phase and region. */
  readonly #steps: Map<string, StepRecorder>[]
  /** 1 where regions are not told apart. */
  readonly #regionCount: number

  /** @param phases in order */
  constructor(phases: readonly RecorderPhase[], settings: RecorderSettings) {
    this.#phases = phases
    this.#settings = settings
    this.#memory = new CellMemory(settings.announce)
    this.#failures = new FailureLog(settings)
    this.#checks = new CheckLog(settings.announce, settings.nameOf)
    this.#groups = new GroupRecorder(settings, this.#memory.pages)
    this.#regionCount = Math.max(1, settings.regions.length)
    this.#steps = Array.from({ length: phases.length * this.#regionCount }, () => new Map())
  }

  /** Makes the row of values by which joint conditions judge an exchange; null when the plan has none. */
  createSloValues(): SloValues | null {
    return this.#settings.slos?.createValues() ?? null
  }

  /** Hands on the failures, the checks, and the concurrency of journeys, since the last call. */
  sendNoted(): void {
    this.#failures.send()
    this.#checks.send()
    for (const concurrency of this.#concurrency.list())
      this.#settings.announce({ kind: 'concurrency', concurrency })
    this.#concurrency.clear()
  }

  /** Notes what a journey of code that was intended at an instant had under way at once. */
  noteConcurrency(journey: string, intendedMs: number, concurrency: Concurrency): void {
    this.#concurrency.add(this.#phaseNameAt(intendedMs), journey, concurrency)
  }

  /** Notes why the code of a journey failed it, in the phase that holds its intended start. */
  noteFailedJourney(journey: string, failed: FailedRequest): void {
    this.#failures.add({ phase: this.#phaseNameAt(failed.intendedMs), of: 'journeys', step: journey }, failed)
  }

  /** Notes a fault of a target that no request waited for. @param atMs in the shard's own clock */
  noteFault(step: string, errorKind: number, errorText: string, atMs: number): void {
    const failed = { ...NO_REQUEST, errorKind, errorText, intendedMs: atMs }
    this.#failures.add({ phase: this.#phaseNameAt(atMs), of: 'faults', step }, failed)
  }

  /** Records a group of steps that is over, in the phase that holds its intended start. @param region index of the agent's */
  recordGroup(
    name: string,
    intendedMs: number,
    region: number,
    hasFailed: boolean,
    durationMs: number,
  ): void {
    const place = { phase: this.#phaseNameAt(intendedMs), region: this.#settings.regions[region] }
    this.#groups.record(name, place, hasFailed, durationMs)
  }

  /** Counts a named check of code in the phase that holds `intendedMs`. */
  noteCheck(name: string, hasPassed: boolean, intendedMs: number): void {
    this.#checks.add(this.#phaseNameAt(intendedMs), name, hasPassed)
  }

  /**
   * Returns the cells of a step in the phase that holds `intendedMs`; after the end, in the last phase.
   * @param region index of the agent's, heeded where regions are told apart
   */
  at(step: string, intendedMs: number, region = 0): StepRecorder {
    const phase = this.#phaseAt(intendedMs)
    const place = this.#regionCount === 1 ? phase : phase * this.#regionCount + region
    const steps = this.#steps[place] as Map<string, StepRecorder>
    const found = steps.get(step)
    if (found !== undefined) return found
    if (steps.size >= STEP_NAMES_MAX && step !== OTHER_NAMES) return this.at(OTHER_NAMES, intendedMs, region)
    const name = this.#settings.nameOf(step)
    // Names that differ only by a secret become one.
    const made =
      name === step
        ? this.#recorderOf(this.#phases[phase] as RecorderPhase, step, this.#settings.regions[region])
        : this.at(name, intendedMs, region)
    steps.set(step, made)
    return made
  }

  #recorderOf(phase: RecorderPhase, step: string, region: string | undefined): StepRecorder {
    const place = { phase: phase.name, step, ...(region === undefined ? {} : { region }) }
    return new StepRecorder(place, phase, this.#settings, this.#memory, this.#failures)
  }

  #phaseNameAt(intendedMs: number): string {
    return (this.#phases[this.#phaseAt(intendedMs)] as RecorderPhase).name
  }

  #phaseAt(intendedMs: number): number {
    const last = this.#phases.length - 1
    let phase = 0
    while (phase < last && intendedMs >= (this.#phases[phase] as RecorderPhase).endMs) phase++
    return phase
  }
}
