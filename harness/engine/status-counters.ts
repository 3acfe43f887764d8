/**
 * Answers by status in shared memory: a table of (status, count, count judged wrong), for the statuses of a protocol may be any whole numbers from 1 on.
 * The writer puts a status where its number points or in the next free place, and never moves it.
 */
import type { StepCounts } from '../model/interval-snapshot.ts'
import { CounterReader } from './counter-reader.ts'

/** The number of statuses of one (phase, step) that are told apart; answers with further ones are not counted by status. */
const STATUSES_MAX = 256
const BYTES = STATUSES_MAX * Float64Array.BYTES_PER_ELEMENT

/** Allocates a table for one (phase, step). */
export function allocateStatusCounters(): SharedArrayBuffer {
  return new SharedArrayBuffer(3 * BYTES)
}

/** Counts answers. */
export class StatusWriter {
  readonly #statuses: Float64Array
  readonly #counts: Float64Array

  constructor(buffer: SharedArrayBuffer) {
    this.#statuses = new Float64Array(buffer, 0, STATUSES_MAX)
    this.#counts = new Float64Array(buffer, BYTES, 2 * STATUSES_MAX)
  }

  /** @param status a whole number above 0 */
  count(status: number, isFailed = false): void {
    const counts = this.#counts
    const statuses = this.#statuses
    let place = status % STATUSES_MAX
    for (let tries = 0; tries < STATUSES_MAX; tries++) {
      const held = statuses[place]
      if (held === 0) statuses[place] = status
      if (held === 0 || held === status) {
        counts[place] = (counts[place] as number) + 1
        const failed = STATUSES_MAX + place
        if (isFailed) counts[failed] = (counts[failed] as number) + 1
        return
      }
      place = (place + 1) % STATUSES_MAX
    }
  }
}

type StatusCounts = Pick<StepCounts, 'statuses' | 'failedStatuses'>

export const NO_STATUSES: StatusCounts = { statuses: {}, failedStatuses: {} }

/** Reads a table. */
export class StatusReader {
  readonly #statuses: Float64Array
  readonly #counts: CounterReader

  constructor(buffer: SharedArrayBuffer) {
    this.#statuses = new Float64Array(buffer, 0, STATUSES_MAX)
    this.#counts = new CounterReader(buffer, BYTES)
  }

  /** Returns the answers since the last call, by status, and those of them that were judged wrong. */
  takeGain(): StatusCounts {
    const gain = this.#counts.takeGain()
    if (gain === null) return NO_STATUSES
    return {
      statuses: this.#byStatus(gain.subarray(0, STATUSES_MAX)),
      failedStatuses: this.#byStatus(gain.subarray(STATUSES_MAX)),
    }
  }

  #byStatus(gain: Float64Array): Record<string, number> {
    const entries = Array.from(gain, (amount, place) => [String(this.#statuses[place]), amount] as const)
    return Object.fromEntries(entries.filter(([, amount]) => amount > 0))
  }
}
