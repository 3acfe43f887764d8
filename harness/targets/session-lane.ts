/**
 * A place where one exchange at a time is carried out over one connection of a client library. It outlives its connections.
 *
 *   free -> opening -> running -> free
 *        \-> running    \-> failing (before anything was sent; ends a little later, never inside `begin`)
 */
import type { Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import { putError } from '../ports/exchange-error.ts'
import type { Exchange } from '../ports/target.ts'
import { ConnectTimer } from './connect-timer.ts'
import type { Carrier } from './connection-pool.ts'
import type { Deadlines } from './deadlines.ts'
import { ExchangeDeadline, PHASE_BODY, PHASE_CONNECT, PHASE_FIRST_BYTE } from './exchange-deadline.ts'
import type { Failure } from './failure.ts'
import { type OpenSession, type Session, SessionRefused, type Turn } from './session.ts'

/** The parts that the lanes of a driver share. */
export interface LaneParts {
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly open: OpenSession
  /** True: a lost connection is replaced at once, beside the exchanges. False: by the exchange that needs one next. */
  readonly replaces: boolean
  /** The exchange is over, and the lane free. */
  readonly onFinished: (lane: SessionLane, exchange: Exchange) => void
  /** A connection was lost while no exchange used it. */
  readonly onIdleLoss: (lane: SessionLane, failure: Failure) => void
}

const FREE = 0
const OPENING = 1
const RUNNING = 2
const FAILING = 3

export class SessionLane implements Carrier, Turn {
  readonly slot: number
  readonly #parts: LaneParts
  readonly #deadline: ExchangeDeadline
  readonly #connecting = new ConnectTimer()
  #state = FREE
  #exchange: Exchange | null = null
  #session: Session | null = null
  /** Set while a connection is being opened, for an exchange or not. */
  #opening: AbortController | null = null
  /** True while the exchange waits for an opening that had begun before it: its failure is not yet that of the exchange. */
  #hasJoined = false
  #isClosed = false

  constructor(slot: number, parts: LaneParts) {
    this.slot = slot
    this.#parts = parts
    this.#deadline = new ExchangeDeadline(parts.deadlines, slot)
  }

  get exchange(): Exchange | null {
    return this.#exchange
  }

  get isOpen(): boolean {
    return this.#session !== null
  }

  begin(exchange: Exchange): void {
    this.#exchange = exchange
    if (this.#session?.isOpen) return this.#run(this.#session, exchange)
    if (this.#session !== null) this.#drop()
    const nowMs = this.#parts.clock.nowMs()
    this.#state = OPENING
    this.#connecting.begin(exchange, nowMs)
    this.#deadline.enter(PHASE_CONNECT, nowMs, exchange.timeouts)
    this.#hasJoined = this.#opening !== null
    if (!this.#hasJoined) void this.open()
  }

  /** Opens a connection, and gives it to the exchange that waits for one. Resolves with the failure, if there was one. */
  async open(): Promise<SessionRefused | null> {
    const opening = new AbortController()
    this.#opening = opening
    const onLost = (failure: Failure) => this.#lost(opening, failure)
    try {
      const session = await this.#parts.open({ signal: opening.signal, onLost })
      if (this.#opening !== opening) void session.destroy()
      else this.#opened(session)
      return null
    } catch (thrown) {
      const refused = thrown instanceof SessionRefused ? thrown : unexpected(thrown)
      if (this.#opening === opening) this.#refused(refused)
      return refused
    }
  }

  /** Gives the exchange up; it ends soon. What had failed before stays failed. */
  abort(): void {
    if (this.#state !== OPENING && this.#state !== RUNNING) return
    this.#drop()
    this.#failSoon({ kind: 'aborted', text: 'aborted by the harness' })
  }

  /** Called when the deadline of this slot has passed. */
  expire(): void {
    if (this.#exchange === null || this.#state === FAILING) return
    this.#drop()
    this.#finish(this.#deadline.failure(this.#exchange.timeouts))
  }

  /** Ends the connection for good. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.abort()
    const session = this.#session
    this.#session = null
    this.#forgetOpening()
    await session?.destroy()
  }

  /** Turn */
  sent(): void {
    const exchange = this.#exchange as Exchange
    const nowMs = this.#parts.clock.nowMs()
    if (exchange.sentMs === 0) exchange.sentMs = nowMs
    this.#deadline.enter(PHASE_FIRST_BYTE, nowMs, exchange.timeouts)
  }

  /** Turn */
  firstByte(): void {
    const exchange = this.#exchange as Exchange
    if (exchange.firstByteMs !== 0) return
    const nowMs = this.#parts.clock.nowMs()
    if (this.#deadline.isPast(nowMs)) return this.expire()
    exchange.firstByteMs = nowMs
    this.#deadline.enter(PHASE_BODY, nowMs, exchange.timeouts)
  }

  /** Turn */
  end(failure: Failure | null, isUsable: boolean): void {
    if (this.#state !== RUNNING) return
    if (this.#deadline.isPast(this.#parts.clock.nowMs())) return this.expire()
    if (!isUsable) this.#drop()
    this.#finish(failure)
  }

  #run(session: Session, exchange: Exchange): void {
    this.#state = RUNNING
    try {
      session.run(exchange, this)
    } catch (thrown) {
      this.#failSoon({ kind: 'code', text: messageOf(thrown) })
    }
  }

  #opened(session: Session): void {
    this.#session = session
    const exchange = this.#exchange
    if (exchange === null || this.#state !== OPENING) return
    this.#connecting.end(exchange, this.#parts.clock.nowMs())
    this.#run(session, exchange)
  }

  #refused({ failure, status }: SessionRefused): void {
    this.#opening = null
    const exchange = this.#exchange
    if (exchange === null || this.#state !== OPENING) return
    if (this.#hasJoined) {
      this.#hasJoined = false
      void this.open()
      return
    }
    exchange.status = status
    this.#finish(failure)
  }

  /** An open connection was ended by the other side. */
  #lost(opening: AbortController, failure: Failure): void {
    if (this.#opening !== opening || this.#session === null) return
    this.#drop()
    if (this.#state === RUNNING) return this.#finish(failure)
    this.#parts.onIdleLoss(this, failure)
    this.#replace()
  }

  /** Drops the connection, open or not: what it reports from now on is nobody's. */
  #drop(): void {
    void this.#session?.destroy()
    this.#session = null
    this.#forgetOpening()
  }

  #forgetOpening(): void {
    this.#opening?.abort()
    this.#opening = null
  }

  #replace(): void {
    if (this.#parts.replaces && !this.#isClosed && this.#opening === null) void this.open()
  }

  #failSoon(failure: Failure): void {
    this.#state = FAILING
    this.#deadline.clear()
    this.#parts.clock.soon(() => this.#finish(failure))
  }

  #finish(failure: Failure | null): void {
    const exchange = this.#exchange as Exchange
    const nowMs = this.#parts.clock.nowMs()
    this.#connecting.end(exchange, nowMs)
    if (failure !== null) {
      putError(exchange, failure.kind, failure.text)
    }
    exchange.doneMs = nowMs
    this.#deadline.clear()
    this.#state = FREE
    this.#exchange = null
    const wasSent = exchange.sentMs !== 0
    if (this.#session === null && wasSent) this.#replace()
    this.#parts.onFinished(this, exchange)
  }
}

/** Makes a failure of what no client library should throw. */
function unexpected(thrown: unknown): SessionRefused {
  return new SessionRefused({ kind: 'connect', text: messageOf(thrown) })
}
