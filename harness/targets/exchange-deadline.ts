import { formatDurationMs } from '../base/units.ts'
import type { Timeouts } from '../model/plan.ts'
import type { Deadlines } from './deadlines.ts'
import type { Failure } from './failure.ts'

/** Phases of an exchange, in order. */
export const PHASE_CONNECT = 0
export const PHASE_FIRST_BYTE = 1
export const PHASE_BODY = 2

/**
 * The deadline of an exchange: the end of its phase or of the whole, whichever comes first. The whole begins with the first
 * phase; time spent waiting for a connection of a shared pool is start delay and counts for neither.
 */
export class ExchangeDeadline {
  readonly #deadlines: Deadlines
  readonly #slot: number
  #phase = PHASE_CONNECT
  #phaseDueMs = 0
  /** 0 until the first phase. */
  #totalDueMs = 0

  constructor(deadlines: Deadlines, slot: number) {
    this.#deadlines = deadlines
    this.#slot = slot
  }

  /** A phase begins. Going back to an earlier one (a redirect, a retry) does not prolong the whole. */
  enter(phase: number, nowMs: number, { connectMs, firstByteMs, totalMs }: Timeouts): void {
    if (this.#totalDueMs === 0) this.#totalDueMs = nowMs + totalMs
    this.#phase = phase
    if (phase === PHASE_BODY) this.#phaseDueMs = this.#totalDueMs
    else this.#phaseDueMs = nowMs + (phase === PHASE_CONNECT ? connectMs : firstByteMs)
    this.#deadlines.set(this.#slot, Math.min(this.#phaseDueMs, this.#totalDueMs))
  }

  /** Tells whether what is read now comes too late, however late that is noticed. */
  isPast(nowMs: number): boolean {
    return this.#deadlines.isPast(this.#slot, nowMs)
  }

  /** The exchange is over. */
  clear(): void {
    this.#totalDueMs = 0
    this.#deadlines.clear(this.#slot)
  }

  /** Returns the failure to report when the deadline has passed. */
  failure({ connectMs, firstByteMs, totalMs }: Timeouts): Failure {
    if (this.#phase === PHASE_BODY || this.#totalDueMs < this.#phaseDueMs)
      return { kind: 'timeout-total', text: `no complete answer within ${formatDurationMs(totalMs)}` }
    return this.#phase === PHASE_CONNECT
      ? { kind: 'timeout-connect', text: `no connection within ${formatDurationMs(connectMs)}` }
      : { kind: 'timeout-first-byte', text: `no first byte within ${formatDurationMs(firstByteMs)}` }
  }
}
