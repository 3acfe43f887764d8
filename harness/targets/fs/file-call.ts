/** One operation on its way through a lane. */
import type { Clock } from '../../base/clock.ts'
import { formatDurationMs } from '../../base/units.ts'
import { MEASURES } from '../../model/measures.ts'
import type { ErrorKind } from '../../model/outcome.ts'
import type { Timeouts } from '../../model/plan.ts'
import { putError } from '../../ports/exchange-error.ts'
import type { Exchange } from '../../ports/target.ts'
import type { Deadlines } from '../deadlines.ts'
import type { LaneCall, LanePool } from './lane-pool.ts'
import type { LaneAnswer } from './lane-protocol.ts'

/** A read that took less came from the page cache: no file system of its own was asked. */
const CACHED_BELOW_MS = 0.005

/** Parts that the calls of a driver share. */
export interface CallParts {
  readonly clock: Clock
  readonly pool: LanePool
  readonly deadlines: Deadlines
  /** The lane is free again, or lost. */
  readonly onOver: () => void
}

export class FileCall implements LaneCall {
  readonly message: Buffer
  readonly askedMs: number
  readonly #slot: number
  readonly #parts: CallParts
  readonly #timeouts: Timeouts
  /** Null once it has settled; the lane may still be busy with it. */
  #exchange: Exchange | null
  #handedMs = 0
  #isByFirstByte = false

  constructor(exchange: Exchange, message: Buffer, slot: number, parts: CallParts) {
    this.#exchange = exchange
    this.#timeouts = exchange.timeouts
    this.message = message
    this.#slot = slot
    this.#parts = parts
    this.askedMs = parts.clock.nowMs()
  }

  get exchange(): Exchange | null {
    return this.#exchange
  }

  begin(): void {
    const { deadlines, pool } = this.#parts
    deadlines.set(this.#slot, this.askedMs + this.#timeouts.totalMs)
    pool.run(this)
  }

  handed(startingMs: number): void {
    const { clock, deadlines } = this.#parts
    this.#handedMs = clock.nowMs()
    const { firstByteMs, totalMs } = this.#timeouts
    const totalDueMs = this.askedMs + totalMs
    const firstDueMs = this.#handedMs + firstByteMs
    this.#isByFirstByte = firstDueMs < totalDueMs
    deadlines.set(this.#slot, Math.min(totalDueMs, firstDueMs))
    if (this.#exchange === null) return
    this.#exchange.connectMs = startingMs
    // Until the lane tells better: an operation that hangs never will.
    this.#exchange.sentMs = this.#handedMs
  }

  answered(answer: LaneAnswer, bytes: Buffer): void {
    const { clock, deadlines } = this.#parts
    const doneMs = answer.doneMs - clock.epochMs
    const isLate = deadlines.isPast(this.#slot, doneMs)
    if (this.#exchange !== null && !isLate) this.#take(this.#exchange, answer, bytes)
    else if (isLate) this.#settleLate()
    this.#end()
  }

  failed(why: string, isHopeless: boolean): void {
    this.#settle(isHopeless ? 'unavailable' : 'closed', why)
    this.#end()
  }

  /** The time is up: a lane that has it is lost. */
  expire(): void {
    this.#settleLate()
    if (!this.#parts.pool.withdraw(this)) this.#parts.pool.lose(this)
    this.#end()
  }

  /** Ends the exchange soon; the lane finishes what it does, or is lost at the deadline. */
  abort(): void {
    const exchange = this.#exchange
    this.#parts.clock.soon(() => {
      if (this.#exchange === exchange) this.giveUp('aborted', 'aborted by the harness')
    })
  }

  giveUp(kind: ErrorKind, text: string): void {
    this.#settle(kind, text)
    if (this.#parts.pool.withdraw(this)) this.#end()
  }

  #take(exchange: Exchange, answer: LaneAnswer, bytes: Buffer): void {
    const { epochMs } = this.#parts.clock
    exchange.sentMs = answer.sentMs - epochMs
    exchange.firstByteMs = answer.doneMs - epochMs
    exchange.status = answer.status
    exchange.items = answer.items
    exchange.bytesReceived = answer.bytesRead
    exchange.bytesSent = answer.bytesWritten
    for (const [name, durationMs] of answer.parts) {
      exchange.addComponent(name, durationMs)
      if (name !== 'read') continue
      exchange.measure(MEASURES.reads, 1)
      if (durationMs < CACHED_BELOW_MS) exchange.measure(MEASURES.cached_reads, 1)
    }
    if (exchange.keepAnswer && answer.problem === '' && answer.status === 0) exchange.body = bytes
    this.#settle(answer.problem === '' ? 'none' : answer.problemKind, answer.problem, exchange.firstByteMs)
  }

  #settleLate(): void {
    const { firstByteMs, totalMs } = this.#timeouts
    const limitMs = this.#isByFirstByte ? firstByteMs : totalMs
    const kind = this.#isByFirstByte ? 'timeout-first-byte' : 'timeout-total'
    const where = this.#handedMs === 0 ? 'no lane was free' : 'the file system did not answer'
    this.#settle(kind, `${where} within ${formatDurationMs(limitMs)}`)
  }

  /** Once: what comes later finds it settled. */
  #settle(kind: ErrorKind, text: string, doneMs = this.#parts.clock.nowMs()): void {
    const exchange = this.#exchange
    if (exchange === null) return
    this.#exchange = null
    putError(exchange, kind, text)
    exchange.doneMs = doneMs
    exchange.settle()
  }

  #end(): void {
    this.#parts.deadlines.clear(this.#slot)
    this.#parts.onOver()
  }
}
