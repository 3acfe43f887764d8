import { type Concurrency, ConcurrencyTally } from '../measure/code-counts.ts'
import { OTHER_NAMES } from '../model/interval-snapshot.ts'
import type { AgentPlace } from '../model/plan-load.ts'
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
  /** By phase and kind of place. */
  readonly #steps: Map<string, StepRecorder>[]
  /** The places that are told apart, and by place of an agent the index among them. */
  readonly #kinds: readonly AgentPlace[]
  readonly #kindOf: readonly number[]

  /** @param phases in order */
  constructor(phases: readonly RecorderPhase[], settings: RecorderSettings) {
    this.#phases = phases
    this.#settings = settings
    this.#memory = new CellMemory(settings.announce)
    this.#failures = new FailureLog(settings)
    this.#checks = new CheckLog(settings.announce, settings.nameOf)
    this.#groups = new GroupRecorder(settings, this.#memory.pages)
    const names = settings.places.map(({ workload, region }) => JSON.stringify([workload, region]))
    const kinds = [...new Set(names)]
    this.#kinds = kinds.map((name) => settings.places[names.indexOf(name)] as AgentPlace)
    this.#kindOf = names.map((name) => kinds.indexOf(name))
    this.#steps = Array.from({ length: phases.length * kinds.length }, () => new Map())
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

  /** Records a group of steps that is over, in the phase that holds its intended start. @param place index of the agent's */
  recordGroup(name: string, intendedMs: number, place: number, hasFailed: boolean, durationMs: number): void {
    const kind = this.#kinds[this.#kindOf[place] as number] as AgentPlace
    this.#groups.record(name, { ...kind, phase: this.#phaseNameAt(intendedMs) }, hasFailed, durationMs)
  }

  /** Counts a named check of code in the phase that holds `intendedMs`. */
  noteCheck(name: string, hasPassed: boolean, intendedMs: number): void {
    this.#checks.add(this.#phaseNameAt(intendedMs), name, hasPassed)
  }

  /**
   * Returns the cells of a step in the phase that holds `intendedMs`; after the end, in the last phase.
   * @param place index of the agent's
   */
  at(step: string, intendedMs: number, place = 0): StepRecorder {
    const phase = this.#phaseAt(intendedMs)
    const kind = this.#kindOf[place] as number
    const steps = this.#steps[phase * this.#kinds.length + kind] as Map<string, StepRecorder>
    const found = steps.get(step)
    if (found !== undefined) return found
    if (steps.size >= STEP_NAMES_MAX && step !== OTHER_NAMES) return this.at(OTHER_NAMES, intendedMs, place)
    const name = this.#settings.nameOf(step)
    // Names that differ only by a secret become one.
    const made =
      name === step
        ? this.#recorderOf(this.#phases[phase] as RecorderPhase, step, this.#kinds[kind] as AgentPlace)
        : this.at(name, intendedMs, place)
    steps.set(step, made)
    return made
  }

  #recorderOf(phase: RecorderPhase, step: string, place: AgentPlace): StepRecorder {
    return new StepRecorder(
      { phase: phase.name, step, ...place },
      phase,
      this.#settings,
      this.#memory,
      this.#failures,
    )
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
