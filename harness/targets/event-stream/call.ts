/**
 * One answer as a stream of events. To the HTTP driver it is an exchange whose body it listens to; when that one settles, it writes
 * instants and outcome into the engine's own. An event arrives at the instant when the read of the socket returned that brought its
 * last byte: parsing comes after, and two events of one read have arrived at once.
 */
import { StringDecoder } from 'node:string_decoder'
import { createParser, type EventSourceParser } from 'eventsource-parser'
import type { CancelTimer, Clock } from '../../base/clock.ts'
import type { VariableLookup } from '../../base/template.ts'
import { formatDurationMs } from '../../base/units.ts'
import type { Measure } from '../../model/measures.ts'
import { ERROR_KIND_INDEX } from '../../model/outcome.ts'
import type { Timeouts } from '../../model/plan.ts'
import { putError } from '../../ports/exchange-error.ts'
import type { Exchange } from '../../ports/target.ts'
import type { Deadlines } from '../deadlines.ts'
import type { BodyListener, ListenedExchange } from '../http/body-listener.ts'
import { headProblem, isGood } from './head.ts'
import type { EventReader, OpenedStream, Reading, StreamInstants } from './protocol.ts'

/** The time that a server has to end an answer after its last event; then the connection is closed. */
const END_GRACE_MS = 1000
/** The part of a bad answer that is kept. */
const BAD_BODY_BYTES_MAX = 65_536
const BYTE_ORDER_MARK = 0xfeff

/** The parts that the calls of a driver share. */
export interface CallParts {
  readonly clock: Clock
  readonly deadlines: Deadlines
  /** The longest silence between two events; null = that before the first byte. */
  readonly idleMs: number | null
  /** Gives a call up that is still under way. */
  readonly abort: (call: StreamCall) => void
  /** Called once for each, before its exchange settles. */
  readonly onEnded: (slot: number) => void
}

export class StreamCall implements ListenedExchange, BodyListener {
  readonly exchange: Exchange
  readonly request: unknown
  readonly variables: VariableLookup
  readonly timeouts: Timeouts
  /** The HTTP driver keeps the head alone of a good answer. */
  readonly keepAnswer = true
  readonly listener = this
  connectMs = 0
  sentMs = 0
  firstByteMs = 0
  doneMs = 0
  ownWaitMs = 0
  traceNumber = 0
  status = 0
  bytesSent = 0
  bytesReceived = 0
  errorKind = 0
  errorText = ''
  header: Exchange['header'] = null
  body: Buffer | null = null
  items = 0
  acknowledged = true

  readonly #slot: number
  readonly #parts: CallParts
  readonly #reader: EventReader
  readonly #readForMs: number | null
  readonly #decoder = new StringDecoder('utf8')
  readonly #events: EventSourceParser
  readonly #badBody: Buffer[] = []
  #badBytes = 0
  #isFirstPiece = true
  #answeredStatus = 0
  #readMs = 0
  #reading: Reading = 'open'
  #endMs = 0
  #cancelReading: CancelTimer = () => undefined

  /** @param slot its place among the deadlines @param request as the HTTP driver compiled it */
  constructor(
    exchange: Exchange,
    request: unknown,
    slot: number,
    parts: CallParts,
    open: (instants: StreamInstants) => OpenedStream,
  ) {
    this.exchange = exchange
    this.request = request
    this.#slot = slot
    this.#parts = parts
    const { reader, variables, timeouts, readForMs } = open(this)
    this.#reader = reader
    this.variables = variables
    this.timeouts = timeouts
    this.#readForMs = readForMs
    this.#events = createParser({
      onEvent: (event) => {
        if (this.#reading !== 'open') return
        this.#awaitEvent(this.#readMs)
        this.#end(this.#reader.take(event, this.#readMs), this.#readMs)
      },
    })
  }

  get agent(): number {
    return this.exchange.agent
  }

  get step(): string {
    return this.exchange.step
  }

  get intendedMs(): number {
    return this.exchange.intendedMs
  }

  measure(measure: Measure, value: number): void {
    this.exchange.measure(measure, value)
  }

  addComponent(name: string, durationMs: number): void {
    this.exchange.addComponent(name, durationMs)
  }

  /** BodyListener */
  answered(status: number, header: (name: string) => string | undefined, nowMs: number): void {
    this.#answeredStatus = status
    this.header = header
    this.#awaitEvent(nowMs)
    const problem = headProblem(status, header)
    if (problem !== null) return this.#end({ kind: 'protocol', text: problem }, nowMs)
    const { clock } = this.#parts
    if (this.#readForMs !== null && isGood(status))
      this.#cancelReading = clock.after(this.#readForMs, () => this.#end('enough', clock.nowMs()))
  }

  /** BodyListener */
  received(piece: Buffer, nowMs: number): void {
    if (this.#reading !== 'open') return
    if (this.#parts.deadlines.isPast(this.#slot, nowMs)) return this.expire()
    if (!isGood(this.#answeredStatus)) return this.#keepBad(piece)
    this.#readMs = nowMs
    const text = this.#decoder.write(piece)
    const isMarked = this.#isFirstPiece && text.charCodeAt(0) === BYTE_ORDER_MARK
    if (text !== '') this.#isFirstPiece = false
    this.#events.feed(isMarked ? text.slice(1) : text)
  }

  /** Called when its deadline has passed. */
  expire(): void {
    if (this.#reading !== 'open') return this.#parts.abort(this)
    const text = `no event within ${formatDurationMs(this.#idleMs)}`
    this.#end({ kind: 'timeout-message', text }, this.#parts.clock.nowMs())
  }

  /** Called by the HTTP driver. */
  settle(): void {
    const { exchange } = this
    this.#parts.onEnded(this.#slot)
    this.#cancelReading()
    this.#judge()
    exchange.connectMs = this.connectMs
    exchange.sentMs = this.sentMs
    exchange.firstByteMs = this.firstByteMs
    exchange.doneMs = this.doneMs
    exchange.ownWaitMs = this.ownWaitMs
    exchange.traceNumber = this.traceNumber
    exchange.status = this.status
    exchange.bytesSent = this.bytesSent
    exchange.bytesReceived = this.bytesReceived
    exchange.errorKind = this.errorKind
    exchange.errorText = this.errorText
    exchange.items = this.#reader.items
    if (exchange.keepAnswer) this.#keep()
    exchange.settle()
  }

  get #idleMs(): number {
    return this.#parts.idleMs ?? this.timeouts.firstByteMs
  }

  #awaitEvent(nowMs: number): void {
    this.#parts.deadlines.set(this.#slot, nowMs + this.#idleMs)
  }

  #end(reading: Reading, nowMs: number): void {
    if (reading === 'open' || this.#reading !== 'open') return
    this.#reading = reading
    this.#endMs = nowMs
    const { clock, deadlines, abort } = this.#parts
    if (reading === 'last') deadlines.set(this.#slot, nowMs + END_GRACE_MS)
    else clock.soon(() => abort(this))
  }

  /** Decides how it went: what an event has decided stands, whatever became of the connection afterwards. */
  #judge(): void {
    const reading = this.#reading
    if (reading !== 'open') {
      this.errorKind = typeof reading === 'string' ? 0 : ERROR_KIND_INDEX[reading.kind]
      this.errorText = typeof reading === 'string' ? '' : reading.text
      this.status = this.#answeredStatus
      this.doneMs = this.#endMs
    }
    if (this.#reader.status !== 0) this.status = this.#reader.status
    if (this.errorKind !== 0 || !isGood(this.status)) return
    const failure = this.#reader.conclude(this, reading !== 'open')
    if (failure === null) return
    putError(this, failure.kind, failure.text)
  }

  #keepBad(piece: Buffer): void {
    if (this.#badBytes >= BAD_BODY_BYTES_MAX) return
    this.#badBytes += piece.length
    this.#badBody.push(Buffer.from(piece))
  }

  #keep(): void {
    this.exchange.header = this.header
    this.exchange.body = isGood(this.#answeredStatus)
      ? Buffer.from(JSON.stringify(this.#reader.document()))
      : Buffer.concat(this.#badBody)
  }
}
