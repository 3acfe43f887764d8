/** One exchange over HTTP/2: a stream of a session, or several when redirects are followed. Same instants as 1.1. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import type { Clock } from '../../base/clock.ts'
import { messageOf, systemCodeOf } from '../../base/errors.ts'
import { ERROR_KIND_INDEX, type ErrorKind } from '../../model/outcome.ts'
import type { Exchange } from '../../ports/target.ts'
import type { Deadlines } from '../deadlines.ts'
import type { AnswerHead, Answers } from './answers.ts'
import { ExchangeDeadline, PHASE_BODY, PHASE_CONNECT, PHASE_FIRST_BYTE } from './exchange-deadline.ts'
import type { Failure } from './failure.ts'
import { ConnectFailure, type Http2Sessions, type SessionSlot } from './http2-sessions.ts'
import { type HeaderTemplate, type RequestParts, redirected } from './request.ts'
import { TRACEPARENT, type Traceparents } from './traceparent.ts'

/** Headers that HTTP/2 has no place for. */
const OF_CONNECTIONS = new Set(['connection', 'keep-alive', 'proxy-connection', 'upgrade', 'te'])

/** What the calls of a driver share. */
export interface CallParts {
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly sessions: Http2Sessions
  readonly answers: Answers
  readonly traceparents: Traceparents | null
  readonly bodyBytesMax: number
}

export class Http2Call implements Dispatcher.DispatchHandler {
  readonly exchange: Exchange
  readonly #parts: CallParts
  readonly #deadline: ExchangeDeadline
  readonly #onEnded: () => void
  #session: SessionSlot | null = null
  #request: RequestParts
  #redirectsLeft: number
  #controller: Dispatcher.DispatchController | null = null
  #head: AnswerHead | null = null
  #headerText = ''
  #pieces: Buffer[] = []
  #bodyBytes = 0
  #ended = false

  /** @param slot its place among the deadlines @param onEnded called once, before the exchange settles */
  constructor(exchange: Exchange, slot: number, parts: CallParts, onEnded: () => void) {
    this.exchange = exchange
    this.#deadline = new ExchangeDeadline(parts.deadlines, slot)
    this.#parts = parts
    this.#onEnded = onEnded
    this.#request = exchange.request as RequestParts
    this.#redirectsLeft = this.#request.followRedirects
  }

  /** Hands the request to a session; a missing variable ends the call a little later. */
  begin(): void {
    const { clock, sessions } = this.#parts
    const session = sessions.of(this.exchange.agent)
    this.#session = session
    // On a session that is open, a request only waits for its turn among the streams.
    const phase = session.isConnected ? PHASE_BODY : PHASE_CONNECT
    this.#deadline.enter(phase, clock.nowMs(), this.exchange.timeouts)
    this.#controller = null
    this.#head = null
    this.#pieces = []
    this.#bodyBytes = 0
    try {
      session.client.dispatch(this.#options(), this)
    } catch (thrown) {
      clock.soon(() => this.#end({ kind: 'code', text: messageOf(thrown) }))
    }
  }

  /** Gives the exchange up; it ends soon. */
  abort(): void {
    this.#parts.clock.soon(() => this.#fail({ kind: 'aborted', text: 'given up by the harness' }))
  }

  /** Called when its deadline has passed. */
  expire(): void {
    const failure = this.#deadline.failure(this.exchange.timeouts)
    if (failure.kind === 'timeout-connect' && this.#session !== null)
      this.#parts.sessions.discard(this.#session)
    this.#fail(failure)
  }

  // --- DispatchHandler --------------------------------------------------------------------------------------------

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#ended) return controller.abort(new Error('given up'))
    const nowMs = this.#parts.clock.nowMs()
    this.#controller = controller
    if (this.exchange.sentMs === 0) this.exchange.sentMs = nowMs
    this.#deadline.enter(PHASE_FIRST_BYTE, nowMs, this.exchange.timeouts)
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (this.#ended) return
    const nowMs = this.#parts.clock.nowMs()
    this.exchange.firstByteMs = nowMs
    this.#deadline.enter(PHASE_BODY, nowMs, this.exchange.timeouts)
    this.#head = headOf(status, headers)
    this.#headerText = this.exchange.keepAnswer ? textOf(headers) : ''
  }

  onResponseData(_controller: Dispatcher.DispatchController, piece: Buffer): void {
    if (this.#ended) return
    const { bodyBytesMax } = this.#parts
    this.exchange.bytesReceived += piece.length
    this.#bodyBytes += piece.length
    if (this.#bodyBytes > bodyBytesMax)
      this.#fail({ kind: 'too-large', text: `the body is larger than ${bodyBytesMax} bytes` })
    else if (this.exchange.keepAnswer) this.#pieces.push(piece)
  }

  onResponseEnd(): void {
    if (this.#ended) return
    const { answers } = this.#parts
    const head = this.#head as AnswerHead
    const next = answers.take(this.exchange, this.#request, head, this.#redirectsLeft)
    if (next !== null && !('kind' in next)) {
      this.#redirectsLeft--
      this.#request = redirected(this.#request, next)
      return this.begin()
    }
    const keeps = next === null && this.exchange.keepAnswer
    this.#end(
      keeps
        ? answers.keep(this.exchange, this.#headerText, Buffer.concat(this.#pieces), head.contentEncoding)
        : next,
    )
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    // Never from inside `begin`: undici may refuse a request at once.
    this.#parts.clock.soon(() => this.#end(failureOfCall(error)))
  }

  // --- inside -----------------------------------------------------------------------------------------------------

  #options(): Dispatcher.DispatchOptions {
    const { method, path, body } = this.#request
    const { variables } = this.exchange
    const content = body?.render(variables)
    this.exchange.bytesSent += content === undefined ? 0 : Buffer.byteLength(content)
    return {
      method: method as Dispatcher.HttpMethod,
      path: path.render(variables),
      headers: this.#headers(),
      body: content ?? null,
    }
  }

  #headers(): string[] {
    const { variables } = this.exchange
    const headers = this.#request.headers.entries
      .filter(([name]: HeaderTemplate) => !OF_CONNECTIONS.has(name.toLowerCase()))
      .flatMap(([name, value]) => [name.toLowerCase(), value.render(variables)])
    const cookie = this.#request.headers.statesCookie
      ? ''
      : this.#parts.answers.cookiesFor(this.exchange, this.#request)
    if (cookie !== '') headers.push('cookie', cookie)
    const { traceparents } = this.#parts
    if (traceparents !== null && !this.#request.headers.has(TRACEPARENT))
      headers.push(TRACEPARENT, traceparents.value(this.exchange))
    return headers
  }

  #fail(failure: Failure): void {
    if (this.#ended) return
    const controller = this.#controller
    this.#end(failure)
    controller?.abort(new Error(failure.text))
  }

  #end(failure: Failure | null): void {
    if (this.#ended) return
    this.#ended = true
    this.#deadline.clear()
    const { exchange } = this
    if (failure !== null) {
      exchange.errorKind = ERROR_KIND_INDEX[failure.kind]
      exchange.errorText = failure.text
    }
    exchange.doneMs = this.#parts.clock.nowMs()
    this.#onEnded()
    exchange.settle()
  }
}

function headOf(status: number, headers: IncomingHttpHeaders): AnswerHead {
  return {
    status,
    location: headers.location ?? '',
    contentEncoding: headers['content-encoding'] ?? '',
    serverTiming: [headers['server-timing'] ?? ''].flat().join(', '),
    setCookies: [headers['set-cookie'] ?? []].flat(),
  }
}

function textOf(headers: IncomingHttpHeaders): string {
  return Object.entries(headers)
    .flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`))
    .join('\n')
}

function failureOfCall(error: Error): Failure {
  if (error instanceof ConnectFailure) return error.failure
  return { kind: kindOf(error), text: messageOf(error) }
}

/** What the other side broke is the protocol's; all else is a stream or a session that ended early. */
function kindOf(error: Error): ErrorKind {
  const code = systemCodeOf(error) ?? ''
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'too-large'
  if (
    code === 'ERR_HTTP2_ERROR' ||
    /NGHTTP2_(PROTOCOL|FRAME_SIZE|FLOW_CONTROL|COMPRESSION)_ERROR/.test(error.message)
  )
    return 'protocol'
  return 'reset'
}
