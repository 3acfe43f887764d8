import type { Clock } from '../base/clock.ts'
import { SHARD_COLUMN } from './shard-memory.ts'

/** The time within one turn of the loop after which further due work waits for the next turn, so that I/O is served. */
const TURN_BUDGET_MS = 5

/** The current turn of the event loop: its start, and whether work was done in it. */
export class LoopTurn {
  readonly #clock: Clock
  readonly #counters: Float64Array
  #beganMs: number
  /** True once the turn has done more than look at the clock. */
  hasWorked = false

  constructor(clock: Clock, counters: Float64Array, startMs: number) {
    this.#clock = clock
    this.#counters = counters
    this.#beganMs = startMs
  }

  /** The instant at which the turn began, ms of the clock. */
  get beganMs(): number {
    return this.#beganMs
  }

  /** Begins the next turn; returns how long the last one took, in ms. */
  begin(nowMs: number): number {
    const counters = this.#counters
    const turnMs = nowMs - this.#beganMs
    this.#beganMs = nowMs
    if (turnMs > (counters[SHARD_COLUMN.loopDelayMaxMs] as number))
      counters[SHARD_COLUMN.loopDelayMaxMs] = turnMs
    return turnMs
  }

  /** Tells whether there is time left in the turn for more than what answers ask for. */
  readonly isYoung = (): boolean => this.#clock.nowMs() - this.#beganMs < TURN_BUDGET_MS
}
