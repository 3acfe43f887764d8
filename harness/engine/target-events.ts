import type { Clock } from '../base/clock.ts'
import type { Measure } from '../model/measures.ts'
import { ERROR_KIND_INDEX, type ErrorKind } from '../model/outcome.ts'
import type { TargetEvents } from '../ports/target.ts'
import type { Recorder } from './recorder.ts'

/** The events of a shard's targets on their way to its recorder, which is there from the beginning of the load on. */
export class RecordedEvents implements TargetEvents {
  readonly #clock: Clock
  #recorder: Recorder | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Begins to record. */
  begin(recorder: Recorder): void {
    this.#recorder = recorder
  }

  measure(step: string, measure: Measure, value: number, intendedMs: number): void {
    this.#recorder?.at(step, intendedMs).measure(measure, value)
  }

  fault(step: string, kind: ErrorKind, text: string): void {
    this.#recorder?.noteFault(step, ERROR_KIND_INDEX[kind], text, this.#clock.nowMs())
  }
}
