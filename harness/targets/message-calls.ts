/** Exchanges under way over a client library: each ends once, never inside `start`, and at its deadline. */
import type { Clock } from '../base/clock.ts'
import { formatDurationMs } from '../base/units.ts'
import type { ErrorKind } from '../model/outcome.ts'
import { putError } from '../ports/exchange-error.ts'
import type { DeliveryChannel, Exchange } from '../ports/target.ts'
import { Deadlines } from './deadlines.ts'
import { Slots } from './slots.ts'

/** With these the other side said that it did not take the message. */
const REFUSALS: readonly ErrorKind[] = ['nack', 'returned', 'unavailable', 'status', 'auth', 'too-large']

/** Tells whether an error of this kind is an answer of the other side that it did not take the message. */
export function isRefusal(kind: ErrorKind): boolean {
  return REFUSALS.includes(kind)
}

/** The parts that calls of a driver share. */
export interface MessageCallParts {
  readonly clock: Clock
  readonly channel: DeliveryChannel | null
}

/** One exchange from `start` to `settle`. */
export class MessageCall {
  readonly exchange: Exchange
  readonly slot: number
  /** Called once when it has ended, before it settles: what waits for an answer is forgotten. */
  onEnd: (() => void) | null = null
  readonly #calls: MessageCalls
  /** The number of its first message; those of the others follow it. */
  #sequence = 0
  #messageCount = 0
  #isStarting = true
  #hasEnded = false

  constructor(exchange: Exchange, slot: number, calls: MessageCalls) {
    this.exchange = exchange
    this.slot = slot
    this.#calls = calls
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** Tells that `start` returns: from now on it may settle. */
  started(): void {
    this.#isStarting = false
  }

  /** Marks the hand-over of the first byte; the time for an answer begins. */
  sent(nowMs: number): void {
    this.exchange.sentMs = nowMs
    this.#calls.answerDue(this, nowMs)
  }

  /** Gives its next message a number of the ledger. All that it has are given theirs before anything else is published. */
  publish(step: string, connection: number, channel: DeliveryChannel): void {
    const { intendedMs, sentMs } = this.exchange
    const sequence = channel.publish(step, connection, intendedMs, sentMs)
    if (this.#messageCount++ === 0) this.#sequence = sequence
  }

  /** Answered: nothing more is wanted of it. One that is too late is timed out instead, noticed or not. */
  answer(nowMs: number): void {
    if (this.#calls.isPast(this, nowMs)) this.expire()
    else {
      if (!this.#hasEnded && this.exchange.acknowledged) this.exchange.firstByteMs ||= nowMs
      this.end('none', '', nowMs)
    }
  }

  expire(): void {
    const { sentMs, timeouts } = this.exchange
    if (sentMs === 0)
      return this.end('timeout-connect', `not sent within ${formatDurationMs(timeouts.connectMs)}`)
    const isFirst = timeouts.firstByteMs < timeouts.totalMs
    const limit = formatDurationMs(isFirst ? timeouts.firstByteMs : timeouts.totalMs)
    this.end(isFirst ? 'timeout-first-byte' : 'timeout-total', `no answer within ${limit}`)
  }

  /** Ends it, once: what comes later finds it ended. */
  end(kind: ErrorKind, text: string, nowMs = this.#calls.clock.nowMs()): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    const { exchange } = this
    putError(exchange, kind, text)
    exchange.doneMs = nowMs
    this.onEnd?.()
    if (kind !== 'none') this.#withdraw(isRefusal(kind) ? 'refused' : 'in-doubt')
    this.#calls.forget(this)
    if (this.#isStarting) this.#calls.clock.soon(() => exchange.settle())
    else exchange.settle()
  }

  #withdraw(why: 'refused' | 'in-doubt'): void {
    for (let i = 0; i < this.#messageCount; i++)
      this.#calls.channel?.withdraw((this.#sequence + i) >>> 0, why)
  }
}

/** The calls of a driver. */
export class MessageCalls {
  readonly clock: Clock
  readonly channel: DeliveryChannel | null
  readonly #slots = new Slots<MessageCall>()
  readonly #deadlines: Deadlines

  constructor({ clock, channel }: MessageCallParts) {
    this.clock = clock
    this.channel = channel
    this.#deadlines = new Deadlines(clock, (slot) => this.#slots.get(slot)?.expire())
  }

  /** Starts an exchange: `begin` may end it at once. */
  start(exchange: Exchange, begin: (call: MessageCall) => void): void {
    const call = this.#slots.add((slot) => new MessageCall(exchange, slot, this))
    this.#deadlines.set(call.slot, this.clock.nowMs() + exchange.timeouts.connectMs)
    begin(call)
    call.started()
  }

  get(slot: number): MessageCall | undefined {
    return this.#slots.get(slot)
  }

  answerDue(call: MessageCall, nowMs: number): void {
    const { firstByteMs, totalMs } = call.exchange.timeouts
    this.#deadlines.set(call.slot, nowMs + Math.min(firstByteMs, totalMs))
  }

  isPast({ slot }: MessageCall, nowMs: number): boolean {
    return this.#deadlines.isPast(slot, nowMs)
  }

  forget({ slot }: MessageCall): void {
    this.#deadlines.clear(slot)
    this.#slots.remove(slot)
  }

  /** Ends the call of an exchange soon, as aborted. */
  abort(exchange: Exchange): void {
    for (const call of this.#slots)
      if (call.exchange === exchange) this.clock.soon(() => call.end('aborted', 'aborted by the harness'))
  }

  /** Ends all that are under way. */
  close(): void {
    this.#deadlines.stop()
    for (const call of this.#slots) call.end('aborted', 'the target was closed')
  }
}
