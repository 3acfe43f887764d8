/** Journeys that their code failed, counted and noted by their reason. No request is counted: none was sent. */
import { messageOf } from '../base/errors.ts'
import { ERROR_KIND_INDEX } from '../model/outcome.ts'
import { TooManyRequests } from './code-port.ts'
import type { Recorder } from './recorder.ts'
import { count, SHARD_COLUMN } from './shard-memory.ts'
import { thrownPlace } from './thrown-place.ts'

export interface JourneyFailuresOptions {
  readonly recorder: Recorder
  readonly counters: Float64Array
  /** Called with each exception of the author's code. */
  readonly onError: (message: string) => void
}

export class JourneyFailures {
  readonly #options: JourneyFailuresOptions

  constructor(options: JourneyFailuresOptions) {
    this.#options = options
  }

  /** Notes a journey in which a check failed. @param intendedMs the intended start of the journey */
  ofCheck(journey: string, intendedMs: number, check: string): void {
    this.#note(journey, intendedMs, 'check', check)
  }

  /** Notes a journey that threw. @param intendedMs the intended start of the journey */
  ofCode(journey: string, intendedMs: number, thrown: unknown): void {
    const place = thrownPlace(thrown)
    const text = messageOf(thrown)
    this.#note(journey, intendedMs, 'code', place === null ? text : `${text} (${place})`)
    // The record tells of code that asks for too much in a way of its own.
    if (thrown instanceof TooManyRequests) return
    this.#options.onError(
      `journeys.${journey}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`,
    )
  }

  #note(journey: string, intendedMs: number, kind: 'code' | 'check', errorText: string): void {
    const { recorder, counters } = this.#options
    count(counters, SHARD_COLUMN.failedJourneys)
    count(counters, SHARD_COLUMN.failedByCode)
    recorder.noteFailedJourney(journey, {
      errorKind: ERROR_KIND_INDEX[kind],
      errorText,
      intendedMs,
      sentMs: 0,
      status: 0,
      traceNumber: 0,
      sentAs: () => null,
      bodyStart: () => null,
    })
  }
}
