/** Deadlines of many things: one number each, checked together, so that no request needs a timer. */
import type { CancelTimer, Clock } from '../base/clock.ts'
import { LOOP_STALL_MS } from '../model/generator-limits.ts'

/** Deadlines are noticed at most this much late. */
export const SWEEP_PERIOD_MS = 50

/** Called with the slot whose deadline has passed; the deadline is forgotten first. */
export type OnExpired = (slot: number) => void

export class Deadlines {
  #dueMs = new Float64Array(64).fill(Number.POSITIVE_INFINITY)
  #used = 0
  readonly #onExpired: OnExpired
  readonly #clock: Clock
  readonly #cancel: CancelTimer
  #lastSweepMs: number

  /** Starts sweeping. */
  constructor(clock: Clock, onExpired: OnExpired) {
    this.#clock = clock
    this.#onExpired = onExpired
    this.#lastSweepMs = clock.nowMs()
    this.#cancel = clock.every(SWEEP_PERIOD_MS, () => this.#sweep())
  }

  set(slot: number, dueMs: number): void {
    if (slot >= this.#dueMs.length) this.#grow(slot)
    if (slot >= this.#used) this.#used = slot + 1
    this.#dueMs[slot] = dueMs
  }

  /** Tells whether a deadline has passed, noticed or not; not while the loop may have stood still, which is forgiven first. */
  isPast(slot: number, nowMs: number): boolean {
    return nowMs > (this.#dueMs[slot] as number) && nowMs - this.#lastSweepMs < LOOP_STALL_MS
  }

  clear(slot: number): void {
    this.#dueMs[slot] = Number.POSITIVE_INFINITY
  }

  /** Ends the sweeping. */
  stop(): void {
    this.#cancel()
  }

  #sweep(): void {
    const nowMs = this.#clock.nowMs()
    const sinceMs = nowMs - this.#lastSweepMs
    this.#lastSweepMs = nowMs
    if (sinceMs >= LOOP_STALL_MS) return this.#postpone(sinceMs)
    for (let slot = 0; slot < this.#used; slot++) {
      if ((this.#dueMs[slot] as number) > nowMs) continue
      this.clear(slot)
      this.#onExpired(slot)
    }
  }

  /** While the loop stood still nobody could hear an answer: that time does not count against anybody. */
  #postpone(stallMs: number): void {
    for (let slot = 0; slot < this.#used; slot++) this.#dueMs[slot] = (this.#dueMs[slot] as number) + stallMs
  }

  #grow(slot: number): void {
    const larger = new Float64Array(Math.max(slot + 1, this.#dueMs.length * 2)).fill(Number.POSITIVE_INFINITY)
    larger.set(this.#dueMs)
    this.#dueMs = larger
  }
}
