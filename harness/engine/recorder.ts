import { OTHER_NAMES } from '../model/interval-snapshot.ts'
import { CellMemory } from './cell-memory.ts'
import { FailureLog } from './failure-log.ts'
import { type RecorderPhase, type RecorderSettings, StepRecorder } from './step-recorder.ts'

/**
 * The maximum number of steps in one phase; further ones are recorded together, so that names built from ids do not exhaust the
 * memory.
 */
export const STEP_NAMES_MAX = 500

/** The recorder of a shard: finds the cells of a step in the phase of an intended instant. */
export class Recorder {
  readonly #phases: readonly RecorderPhase[]
  readonly #settings: RecorderSettings
  readonly #memory: CellMemory
  readonly #failures: FailureLog
  readonly #steps: Map<string, StepRecorder>[]

  /** @param phases in order */
  constructor(phases: readonly RecorderPhase[], settings: RecorderSettings) {
    this.#phases = phases
    this.#settings = settings
    this.#memory = new CellMemory(settings.announce)
    this.#failures = new FailureLog(settings)
    this.#steps = phases.map(() => new Map())
  }

  /** Hands on the failures since the last call. */
  sendFailures(): void {
    this.#failures.send()
  }

  /** Returns the cells of a step in the phase that holds `intendedMs`; after the end, in the last phase. */
  at(step: string, intendedMs: number): StepRecorder {
    const last = this.#phases.length - 1
    let phase = 0
    while (phase < last && intendedMs >= (this.#phases[phase] as { endMs: number }).endMs) phase++
    const steps = this.#steps[phase] as Map<string, StepRecorder>
    const found = steps.get(step)
    if (found !== undefined) return found
    if (steps.size >= STEP_NAMES_MAX && step !== OTHER_NAMES) return this.at(OTHER_NAMES, intendedMs)
    const name = this.#settings.nameOf(step)
    // Names that differ only by a secret become one.
    const made =
      name === step
        ? new StepRecorder(
            this.#phases[phase] as RecorderPhase,
            step,
            this.#settings,
            this.#memory,
            this.#failures,
          )
        : this.at(name, intendedMs)
    steps.set(step, made)
    return made
  }
}
