/**
 * A place where one exchange at a time is carried out over one keep-alive socket: it connects when needed, sends, reads,
 * follows redirects, and gives up when a phase takes too long. It outlives its sockets.
 *
 *   free -> connecting -> ready -> sent -> reading -> free
 *             (if no socket)  \-> failing (before anything was sent; ends a little later, never inside `begin`)
 * A large compressed body is decoded between reading and free: the answer is there, and no deadline holds any more.
 */
import { putError } from '../../ports/exchange-error.ts'
import type { Exchange } from '../../ports/target.ts'
import { ConnectTimer } from '../connect-timer.ts'
import { ExchangeDeadline, PHASE_BODY, PHASE_CONNECT, PHASE_FIRST_BYTE } from '../exchange-deadline.ts'
import type { Failure } from '../failure.ts'
import type { AnswerHead } from './answers.ts'
import { ListenedBody } from './body-listener.ts'
import type { ConnectionParts } from './connection-parts.ts'
import { failureOfRequest } from './failure-of-request.ts'
import { Http1Request } from './http1-request.ts'
import { KeptWire } from './kept-wire.ts'
import { type RequestParts, redirected } from './request.ts'
import type { ResponseParser } from './response-parser.ts'
import type { Wire, WireOwner } from './wire.ts'

const FREE = 0
const CONNECTING = 1
const READY = 2
const SENT = 3
const READING = 4
const FAILING = 5
const DECODING = 6

type OnFinished = (connection: Connection, exchange: Exchange) => void

export class Connection implements WireOwner {
  /** Its number among the connections of the driver. */
  readonly slot: number
  readonly #parts: ConnectionParts
  readonly #onFinished: OnFinished
  readonly #body: ListenedBody
  readonly #parser: ResponseParser
  readonly #deadline: ExchangeDeadline
  readonly #kept: KeptWire
  #state = FREE
  #exchange: Exchange | null = null
  #request: Http1Request | null = null
  #redirectsLeft = 0
  #retried = false
  /** Counts the bodies that were decoded, so that one of an exchange that was given up is told from the next. */
  #decodings = 0
  readonly #connecting = new ConnectTimer()

  /** @param onFinished called when an exchange is over, and the connection free */
  constructor(slot: number, parts: ConnectionParts, onFinished: OnFinished) {
    this.slot = slot
    this.#parts = parts
    this.#onFinished = onFinished
    this.#body = new ListenedBody(parts.bodyBytesMax)
    this.#parser = this.#body.parser
    this.#deadline = new ExchangeDeadline(parts.deadlines, slot)
    this.#kept = new KeptWire(parts.wires)
  }

  /** The exchange in progress. */
  get exchange(): Exchange | null {
    return this.#exchange
  }

  /** Carries an exchange out. Only when free. */
  begin(exchange: Exchange): void {
    const request = exchange.request as Http1Request
    this.#exchange = exchange
    this.#request = request
    this.#redirectsLeft = request.parts.followRedirects
    this.#retried = false
    this.#makeReady()
  }

  /** Gives the exchange up; it ends soon. What had failed before stays failed. */
  abort(): void {
    if (this.#state === FREE || this.#state === FAILING) return
    if (this.#state !== READY) this.#kept.drop()
    this.#failSoon({ kind: 'aborted', text: 'aborted by the harness' })
  }

  /** Called when the deadline of this slot has passed. */
  expire(): void {
    this.#fail(this.#deadline.failure((this.#exchange as Exchange).timeouts))
  }

  #makeReady(): void {
    if (this.#kept.wire === null) return this.#connect()
    this.#state = READY
    this.#parts.sends.push(this)
  }

  #connect(): void {
    const exchange = this.#exchange as Exchange
    const nowMs = this.#parts.clock.nowMs()
    this.#state = CONNECTING
    this.#connecting.begin(exchange, nowMs)
    this.#deadline.enter(PHASE_CONNECT, nowMs, exchange.timeouts)
    this.#kept.open(this)
  }

  opened(): void {
    this.#connecting.end(this.#exchange as Exchange, this.#parts.clock.nowMs())
    this.#state = READY
    this.send()
  }

  /** Writes the request. The send queue calls it; a connection that is no longer ready has nothing to send. */
  send(): void {
    if (this.#state !== READY) return
    const exchange = this.#exchange as Exchange
    const request = this.#request as Http1Request
    const nowMs = this.#parts.clock.nowMs()
    if (this.#kept.isStale(nowMs)) {
      this.#kept.drop()
      return this.#connect()
    }
    const content = this.#render(request, exchange)
    if (content === null) return
    this.#body.begin(exchange, request.isHead)
    if (exchange.sentMs === 0) exchange.sentMs = nowMs
    this.#deadline.enter(PHASE_FIRST_BYTE, nowMs, exchange.timeouts)
    this.#state = SENT
    const wire = this.#kept.wire as Wire
    exchange.bytesSent += wire.write(content)
    if (request.isMarked && wire.holdsBytes) request.leaveBytes()
  }

  /** Null when a variable is missing: nothing is sent then. */
  #render(request: Http1Request, exchange: Exchange): Buffer | string | null {
    try {
      return request.render(exchange, this.#parts.answers.cookiesFor(exchange, request.parts))
    } catch (thrown) {
      this.#failSoon(failureOfRequest(thrown))
      return null
    }
  }

  received(bytes: Buffer, length: number): void {
    if (this.#state !== SENT && this.#state !== READING) return this.#receivedUnasked()
    const exchange = this.#exchange as Exchange
    const nowMs = this.#parts.clock.nowMs()
    this.#parts.sends.noteReading()
    if (this.#deadline.isPast(nowMs)) return this.expire()
    if (this.#state === SENT) {
      this.#state = READING
      exchange.firstByteMs = nowMs
      this.#deadline.enter(PHASE_BODY, nowMs, exchange.timeouts)
    }
    exchange.bytesReceived += length
    const consumed = this.#body.feed(bytes, length, nowMs)
    if (this.#parser.failure !== null) this.#fail(this.#parser.failure)
    else if (this.#parser.isDone) this.#complete(nowMs, consumed < length)
  }

  /** Bytes that belong to no request (a late surplus, a 408 for idling): the socket cannot be trusted any more. */
  #receivedUnasked(): void {
    this.#kept.drop()
    if (this.#state === READY) this.#connect()
  }

  ended(failure: Failure | null): void {
    this.#kept.drop()
    if (this.#state === READY) return this.#connect()
    if (this.#state === CONNECTING)
      return this.#fail(failure ?? { kind: 'reset', text: 'the connection was closed before it was open' })
    if (this.#state === SENT && this.#mayRetry()) {
      this.#retried = true
      this.#parts.onStaleRetry()
      return this.#connect()
    }
    if (this.#state !== SENT && this.#state !== READING) return
    const nowMs = this.#parts.clock.nowMs()
    if (this.#deadline.isPast(nowMs)) this.expire()
    else if (failure === null && this.#parser.endOfStream()) {
      this.#parts.onOpenEnd(this.#exchange as Exchange)
      this.#complete(nowMs, false)
    } else
      this.#fail(failure ?? { kind: 'reset', text: `the connection was closed ${this.#parser.progress}` })
  }

  /** The server may close an idle connection in the very moment it is used again: nobody's failure, once. */
  #mayRetry(): boolean {
    return this.#kept.isReused && !this.#retried && (this.#request as Http1Request).isIdempotent
  }

  #complete(nowMs: number, surplus: boolean): void {
    const { answers } = this.#parts
    const { head, headerText } = this.#parser
    const exchange = this.#exchange as Exchange
    const { parts } = this.#request as Http1Request
    this.#kept.keepOrDrop(nowMs, head, surplus)
    const next = answers.take(exchange, parts, head, this.#redirectsLeft)
    if (next !== null) return 'kind' in next ? this.#endWith(next) : this.#follow(redirected(parts, next))
    if (!exchange.keepAnswer) return this.#finish(nowMs)
    answers.keepHeaders(exchange, headerText)
    if (head.contentEncoding !== '') return this.#decode(exchange, head, nowMs)
    exchange.body = this.#parser.takeBody()
    this.#finish(nowMs)
  }

  #decode(exchange: Exchange, head: AnswerHead, doneMs: number): void {
    const decoding = ++this.#decodings
    this.#state = DECODING
    this.#deadline.clear()
    this.#parts.answers.decode(this.#parser.takeBody(), head, (decoded) => {
      if (this.#state !== DECODING || decoding !== this.#decodings) return
      if ('kind' in decoded) return this.#endWith(decoded, doneMs)
      exchange.body = decoded
      this.#finish(doneMs)
    })
  }

  /** The instants span the whole chain: sent of the first request, first byte and end of the last answer. */
  #follow(parts: RequestParts): void {
    this.#redirectsLeft--
    this.#request = new Http1Request(parts, true, this.#parts.traceparents)
    this.#makeReady()
  }

  #fail(failure: Failure): void {
    this.#kept.drop()
    this.#endWith(failure)
  }

  #failSoon(failure: Failure): void {
    this.#state = FAILING
    this.#deadline.clear()
    this.#parts.clock.soon(() => this.#endWith(failure))
  }

  #endWith({ kind, text }: Failure, doneMs = this.#parts.clock.nowMs()): void {
    putError(this.#exchange as Exchange, kind, text)
    this.#finish(doneMs)
  }

  #finish(nowMs: number): void {
    const exchange = this.#exchange as Exchange
    this.#connecting.end(exchange, nowMs)
    exchange.doneMs = nowMs
    this.#deadline.clear()
    this.#state = FREE
    this.#exchange = null
    this.#request = null
    this.#onFinished(this, exchange)
  }
}
