/** One exchange over HTTP/2: a stream of a session, or several when redirects are followed. Same instants as 1.1. */
import type { Clock } from '../../base/clock.ts'
import { putError } from '../../ports/exchange-error.ts'
import type { Exchange } from '../../ports/target.ts'
import type { Deadlines } from '../deadlines.ts'
import { ExchangeDeadline, PHASE_BODY, PHASE_CONNECT, PHASE_FIRST_BYTE } from '../exchange-deadline.ts'
import type { Failure } from '../failure.ts'
import type { Answers } from './answers.ts'
import { failureOfRequest } from './failure-of-request.ts'
import { Http2Answer } from './http2-answer.ts'
import { Http2Request } from './http2-request.ts'
import type { Http2Session } from './http2-session.ts'
import type { Http2Sessions } from './http2-sessions.ts'
import type { Sender, SessionSlot } from './http2-slot.ts'
import type { Http2Head, Http2Stream, StreamOwner, Taken } from './http2-stream.ts'
import { redirected } from './request.ts'
import type { Traceparents } from './traceparent.ts'

/** The settings that the calls of a driver share. */
export interface CallParts {
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly sessions: Http2Sessions
  readonly answers: Answers
  readonly traceparents: Traceparents | null
  readonly bodyBytesMax: number
  /** A request was sent again because the server had not worked on it. */
  readonly onResent: () => void
}

export class Http2Call implements Sender, StreamOwner {
  readonly exchange: Exchange
  readonly #parts: CallParts
  readonly #deadline: ExchangeDeadline
  readonly #onEnded: () => void
  readonly #answer: Http2Answer
  #request: Http2Request
  #redirectsLeft: number
  #slot: SessionSlot | null = null
  #session: Http2Session | null = null
  #stream: Http2Stream | null = null
  /** Phase it waits in; null while it does not wait. */
  #waitsIn: number | null = null
  /** The instant at which that began. */
  #waitsSinceMs = 0
  /** True once it has been sent to, or has waited for, a second session: there is no third. */
  #isResent = false
  /** True once its outcome is decided; it may end a little later. */
  #isOver = false

  /** @param slot its place among the deadlines @param onEnded called once, before the exchange settles */
  constructor(exchange: Exchange, slot: number, parts: CallParts, onEnded: () => void) {
    this.exchange = exchange
    this.#answer = new Http2Answer(exchange, parts.bodyBytesMax)
    this.#deadline = new ExchangeDeadline(parts.deadlines, slot)
    this.#parts = parts
    this.#onEnded = onEnded
    this.#request = exchange.request as Http2Request
    this.#redirectsLeft = this.#request.parts.followRedirects
  }

  /** Sends the request, or lets it wait. */
  begin(): void {
    this.#slot = this.#parts.sessions.slotOf(this.exchange.agent)
    this.#slot.take(this)
  }

  /** Gives the exchange up; it ends soon. What had failed before stays failed. */
  abort(): void {
    if (!this.#isOver) this.#failSoon({ kind: 'aborted', text: 'aborted by the harness' })
  }

  /** Called when its deadline has passed. */
  expire(): void {
    const failure = this.#deadline.failure(this.exchange.timeouts)
    const stream = this.#stream
    if (stream !== null) return this.#expireSent(stream, failure)
    this.fail(failure)
    if (failure.kind === 'timeout-connect') this.#slot?.abandon()
  }

  /** Nobody says when the other side is gone for good: a session that has answered nothing is not used for more. */
  #expireSent(stream: Http2Stream, failure: Failure): void {
    const session = this.#session as Http2Session
    this.#isOver = true
    this.#leave()
    session.check((broken) => {
      if (!stream.hasSignOfLife) this.#slot?.abandon(session)
      this.#end(broken ?? failure)
    })
  }

  // --- Sender -----------------------------------------------------------------------------------------------------

  waits(isOpen: boolean): void {
    // On a session that is open, a request only waits for its turn among the streams.
    const phase = isOpen ? PHASE_BODY : PHASE_CONNECT
    if (phase === this.#waitsIn) return
    const nowMs = this.#parts.clock.nowMs()
    this.#endWaiting(nowMs)
    this.#waitsIn = phase
    this.#waitsSinceMs = nowMs
    this.#deadline.enter(phase, nowMs, this.exchange.timeouts)
  }

  send(session: Http2Session): void {
    const { exchange } = this
    const { clock, answers } = this.#parts
    const nowMs = clock.nowMs()
    this.#endWaiting(nowMs)
    this.#session = session
    try {
      const cookie = answers.cookiesFor(exchange, this.#request.parts)
      const rendered = this.#request.render(exchange, cookie)
      this.#stream = session.open(rendered, this)
      if (rendered.body !== null) exchange.bytesSent += Buffer.byteLength(rendered.body)
    } catch (thrown) {
      return this.#failSoon(failureOfRequest(thrown))
    }
    if (exchange.sentMs === 0) exchange.sentMs = nowMs
    this.#deadline.enter(PHASE_FIRST_BYTE, nowMs, exchange.timeouts)
  }

  passOver(failure: Failure | null): boolean {
    if (this.#isResent) {
      this.#end(
        failure ?? { kind: 'reset', text: 'the server ended two sessions before it took the request' },
      )
      return false
    }
    this.#isResent = true
    return true
  }

  fail(failure: Failure): void {
    this.#leave()
    this.#end(failure)
  }

  // --- StreamOwner ------------------------------------------------------------------------------------------------

  answered(head: Http2Head): void {
    const nowMs = this.#parts.clock.nowMs()
    if (this.#deadline.isPast(nowMs)) return this.expire()
    const failure = this.#answer.begin(head, nowMs)
    if (failure !== null) return this.fail(failure)
    this.exchange.firstByteMs = nowMs
    this.#deadline.enter(PHASE_BODY, nowMs, this.exchange.timeouts)
  }

  received(piece: Buffer): void {
    const nowMs = this.#parts.clock.nowMs()
    if (this.#deadline.isPast(nowMs)) return this.expire()
    this.exchange.bytesReceived += piece.length
    const failure = this.#answer.add(piece, nowMs)
    if (failure !== null) this.fail(failure)
  }

  completed(): void {
    const { answers, traceparents, clock } = this.#parts
    const { head } = this.#answer
    this.#stream = null
    if (this.#deadline.isPast(clock.nowMs())) return this.expire()
    const next = answers.take(this.exchange, this.#request.parts, head, this.#redirectsLeft)
    if (next !== null && !('kind' in next)) {
      this.#redirectsLeft--
      this.#request = new Http2Request(redirected(this.#request.parts, next), traceparents)
      return this.begin()
    }
    if (next !== null || !this.exchange.keepAnswer) return this.#end(next)
    answers.keepHeaders(this.exchange, this.#answer.headerText)
    if (head.contentEncoding !== '') return this.#decode()
    this.exchange.body = this.#answer.takeBody()
    this.#end(null)
  }

  /** The answer is there: no deadline holds while it is decoded, and an abort ends it before that. */
  #decode(): void {
    const doneMs = this.#parts.clock.nowMs()
    this.#deadline.clear()
    this.#parts.answers.decode(this.#answer.takeBody(), this.#answer.head, (decoded) => {
      if (this.#isOver) return
      if ('kind' in decoded) return this.#end(decoded, doneMs)
      this.exchange.body = decoded
      this.#end(null, doneMs)
    })
  }

  failed(failure: Failure, taken: Taken): void {
    this.#stream = null
    if (!this.#mayResend(taken)) return this.#end(failure)
    this.#isResent = true
    this.#parts.onResent()
    // Where it was is another session by now, or from now on.
    this.#slot?.abandon(this.#session)
    this.#slot?.take(this)
  }

  // --- inside -----------------------------------------------------------------------------------------------------

  #mayResend(taken: Taken): boolean {
    if (this.#isResent || taken === 'yes') return false
    return taken === 'no' || this.#request.isIdempotent
  }

  #leave(): void {
    this.#stream?.drop()
    this.#stream = null
    if (this.#waitsIn !== null) this.#slot?.withdraw(this)
    this.#endWaiting(this.#parts.clock.nowMs())
  }

  /**
   * Waiting for a session is connecting, but for that after the first byte. Waiting for a turn among the streams of an agent's own
   * session is for its own requests.
   */
  #endWaiting(nowMs: number): void {
    const { exchange } = this
    const waitedMs = nowMs - this.#waitsSinceMs
    if (this.#waitsIn === PHASE_CONNECT && exchange.sentMs === 0) exchange.connectMs += waitedMs
    if (this.#waitsIn === PHASE_BODY && this.#parts.sessions.areOwn) exchange.ownWaitMs += waitedMs
    this.#waitsIn = null
  }

  #failSoon(failure: Failure): void {
    this.#isOver = true
    this.#deadline.clear()
    this.#leave()
    this.#parts.clock.soon(() => this.#end(failure))
  }

  #end(failure: Failure | null, doneMs = this.#parts.clock.nowMs()): void {
    this.#isOver = true
    this.#deadline.clear()
    const { exchange } = this
    if (failure !== null) {
      putError(exchange, failure.kind, failure.text)
    }
    exchange.doneMs = doneMs
    this.#endWaiting(doneMs)
    this.#onEnded()
    exchange.settle()
  }
}
