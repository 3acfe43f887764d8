/** One exchange from its start to its end: a call of any of the four kinds, over a connection that it leases. */
import type { Metadata, StatusObject } from '@grpc/grpc-js'
import type { CancelTimer, Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { MEASURES } from '../../model/measures.ts'
import type { ErrorKind } from '../../model/outcome.ts'
import { putError } from '../../ports/exchange-error.ts'
import type { Exchange } from '../../ports/target.ts'
import type { Deadlines } from '../deadlines.ts'
import { ExchangeDeadline, PHASE_BODY, PHASE_CONNECT, PHASE_FIRST_BYTE } from '../exchange-deadline.ts'
import { Answers } from './answers.ts'
import type { Channel, Lease } from './channel.ts'
import { kindOfEnd } from './failure.ts'
import { type AnyCall, openCall } from './open-call.ts'
import type { GrpcRequest, Outgoing } from './request.ts'
import { Sender, type Sink } from './sender.ts'
import { OK } from './status.ts'

/** The parts that the calls of a driver share. */
export interface CallParts {
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly messageBytesMax: number
  /** Called once for each, before its exchange settles. */
  readonly onEnded: (call: Call) => void
}

const CONNECT_KINDS: ReadonlySet<ErrorKind> = new Set([
  'dns',
  'refused',
  'tls',
  'connect',
  'no-descriptor',
  'no-port',
])
export class Call {
  readonly exchange: Exchange
  readonly slot: number
  /** True while the driver is in `start`, where nothing may settle. */
  isStarting = true
  readonly #parts: CallParts
  readonly #request: GrpcRequest
  readonly #channel: Channel
  readonly #answers: Answers
  readonly #deadline: ExchangeDeadline
  readonly #beganMs: number
  #lease: Lease | null = null
  #call: AnyCall | null = null
  #sender: Sender | null = null
  #endOfStream: CancelTimer | null = null
  #metadata: Metadata | null = null
  #isConnecting = false
  #ended = false

  constructor(exchange: Exchange, slot: number, channel: Channel, parts: CallParts) {
    this.exchange = exchange
    this.slot = slot
    this.#parts = parts
    this.#request = exchange.request as GrpcRequest
    this.#channel = channel
    this.#answers = new Answers(exchange, this.#request)
    this.#deadline = new ExchangeDeadline(parts.deadlines, slot)
    this.#beganMs = parts.clock.nowMs()
  }

  begin(): void {
    this.#isConnecting = true
    this.#deadline.enter(PHASE_CONNECT, this.#beganMs, this.exchange.timeouts)
    this.#channel.use(this.#onLease)
  }

  /** Ends it because its time is over. */
  expire(): void {
    const { timeouts } = this.exchange
    const { kind, text } = this.#deadline.failure(timeouts)
    this.#end(kind, text)
  }

  /** Gives it up for reasons of the harness; soon. */
  abort(): void {
    this.#parts.clock.soon(() => this.#end('aborted', 'aborted by the harness'))
  }

  readonly #onLease = (lease: Lease): void => {
    this.#lease = lease
    const { exchange } = this
    const { clock } = this.#parts
    let first: Outgoing | null
    let metadata: Metadata
    try {
      const { method, message } = this.#request
      first = method.requestStream ? null : message(exchange.variables, 0)
      metadata = this.#request.metadata(exchange.variables)
    } catch (error) {
      return this.#end('code', messageOf(error))
    }
    const nowMs = clock.nowMs()
    if (lease.isReady) this.#isConnecting = false
    // There was a connection, then.
    exchange.connectMs = this.isStarting ? 0 : nowMs - this.#beganMs
    exchange.sentMs = nowMs
    this.#deadline.enter(this.#waitsForMessage ? PHASE_FIRST_BYTE : PHASE_BODY, nowMs, exchange.timeouts)
    if (first !== null) this.#answers.sent(first, nowMs)
    const read = (bytes: Buffer): Buffer => this.#received(bytes)
    const send = (sink: Sink): void => this.#send(sink)
    this.#follow(openCall(lease.client, this.#request.method, { metadata, first, read, send }))
    const { until } = this.#request
    if (until !== null && 'forMs' in until)
      this.#endOfStream = clock.after(until.forMs, () => this.#endOk(clock.nowMs()))
  }

  /** True when the first message has to come within its time from now on. */
  get #waitsForMessage(): boolean {
    const { method, until } = this.#request
    return !method.requestStream && (until === null || 'messages' in until)
  }

  #follow(call: AnyCall): void {
    this.#call = call
    call.on('metadata', (metadata) => this.#gotHeaders(metadata))
    call.on('status', (status) => this.#gotStatus(status))
    // It may have failed while its first messages were put together.
    if (this.#ended) call.cancel()
  }

  #send(sink: Sink): void {
    const { clock } = this.#parts
    this.#sender = new Sender(
      {
        request: this.#request,
        variables: this.exchange.variables,
        clock,
        sink,
        onSend: (message, intendedMs) => this.#answers.sent(message, intendedMs),
        onAllSent: () => this.#allSent(),
        onFailed: (text) => this.#end('code', text),
      },
      this.exchange.sentMs,
    )
    this.#sender.run()
  }

  #allSent(): void {
    const { exchange } = this
    if (!this.#ended && exchange.items === 0)
      this.#deadline.enter(PHASE_FIRST_BYTE, this.#parts.clock.nowMs(), exchange.timeouts)
  }

  #gotHeaders(metadata: Metadata): void {
    if (this.#ended) return
    this.#metadata = metadata
    this.exchange.measure(MEASURES.headers_time, this.#parts.clock.nowMs() - this.exchange.sentMs)
  }

  /** Called by the library for each message, as the function that is to decode it. */
  #received(bytes: Buffer): Buffer {
    if (this.#ended) return bytes
    const { exchange } = this
    const nowMs = this.#parts.clock.nowMs()
    if (this.#deadline.isPast(nowMs)) this.expire()
    else {
      this.#answers.received(bytes, nowMs)
      if (exchange.items === 1) this.#deadline.enter(PHASE_BODY, nowMs, exchange.timeouts)
      const { until } = this.#request
      if (until !== null && 'messages' in until && exchange.items >= until.messages) this.#endOk(nowMs)
    }
    return bytes
  }

  #gotStatus(status: StatusObject): void {
    if (this.#ended) return
    const { exchange } = this
    const nowMs = this.#parts.clock.nowMs()
    if (this.#deadline.isPast(nowMs)) return this.expire()
    const kind = kindOfEnd(status, this.#parts.messageBytesMax)
    if (kind !== null) return this.#endWithout(kind, status.details)
    exchange.status = status.code
    if (exchange.firstByteMs === 0) exchange.firstByteMs = nowMs
    if (status.code === OK && this.#isIncomplete)
      return this.#end('incomplete', `ended after ${exchange.items} messages`)
    if (exchange.keepAnswer) exchange.header = headerOf(this.#metadata, status)
    this.#endOk(nowMs)
  }

  /** True where an end of the server is not what was asked for. */
  get #isIncomplete(): boolean {
    const { until, method } = this.#request
    return until !== null || (!method.responseStream && this.exchange.items === 0)
  }

  #endWithout(kind: ErrorKind, text: string): void {
    const { exchange } = this
    if (CONNECT_KINDS.has(kind)) {
      exchange.sentMs = 0
      exchange.bytesSent = 0
    }
    this.#end(kind, text)
  }

  #endOk(nowMs: number): void {
    const { exchange } = this
    const { last } = this.#answers
    try {
      if (exchange.keepAnswer && last !== null)
        exchange.body = Buffer.from(JSON.stringify(this.#request.method.decode(last)))
    } catch (error) {
      return this.#end('protocol', `an answer cannot be decoded: ${messageOf(error)}`)
    }
    if (exchange.firstByteMs === 0) exchange.firstByteMs = nowMs
    this.#end('none', '', nowMs)
  }

  /** Once: what comes later finds it ended. */
  #end(kind: ErrorKind, text: string, doneMs = this.#parts.clock.nowMs()): void {
    if (this.#ended) return
    this.#ended = true
    const { exchange } = this
    this.#deadline.clear()
    this.#sender?.stop()
    this.#endOfStream?.()
    if (this.#lease === null) this.#channel.withdraw(this.#onLease)
    if (this.#isConnecting) exchange.connectMs = doneMs - this.#beganMs
    putError(exchange, kind, text)
    exchange.doneMs = doneMs
    this.#parts.onEnded(this)
    this.#call?.cancel()
    this.#lease?.release()
    if (this.isStarting) this.#parts.clock.soon(() => exchange.settle())
    else exchange.settle()
  }
}

/** Looks in the metadata of headers and trailers; `grpc-message` is the text of the status. */
function headerOf(headers: Metadata | null, { metadata, details }: StatusObject) {
  return (name: string): string | undefined => {
    if (name === 'grpc-message') return details
    const [value] = [...(headers?.get(name) ?? []), ...metadata.get(name)]
    return value === undefined ? undefined : String(value)
  }
}
