/** One exchange from its start to its end. */
import type { Clock } from '../../base/clock.ts'
import { formatDurationMs } from '../../base/units.ts'
import { MEASURES } from '../../model/measures.ts'
import type { ErrorKind } from '../../model/outcome.ts'
import { putError } from '../../ports/exchange-error.ts'
import type { DeliveryChannel, Exchange } from '../../ports/target.ts'
import type { Deadlines } from '../deadlines.ts'
import { ExchangeDeadline, PHASE_BODY, PHASE_CONNECT, PHASE_FIRST_BYTE } from '../exchange-deadline.ts'
import { withHeader } from './broadcast.ts'
import type { Handshake, Received } from './connection.ts'
import type { Awaited, WsRequest } from './request.ts'

/** The parts that the turns of a driver share. */
export interface TurnParts {
  readonly clock: Clock
  readonly deadlines: Deadlines
  /** The account of what agents broadcast; null where nobody keeps one. */
  readonly channel: DeliveryChannel | null
  /** Called once for each, before its exchange settles. */
  readonly onEnded: (turn: Turn) => void
}

export class Turn {
  readonly exchange: Exchange
  readonly request: WsRequest
  readonly slot: number
  /** The id that the awaited message holds; undefined when anything else decides. */
  id: unknown = undefined
  /** The payload of its ping; '' when it sent none. */
  ping = ''
  /** True while the driver is in `start`, where nothing may settle. */
  isStarting = true
  readonly #parts: TurnParts
  readonly #deadline: ExchangeDeadline
  readonly #beganMs: number
  #isConnecting = false
  #isAwaiting = false
  #lastMessageMs = 0
  /** Its number in the account; null for none. */
  #sequence: number | null = null
  #ended = false

  constructor(exchange: Exchange, slot: number, parts: TurnParts) {
    this.exchange = exchange
    this.request = exchange.request as WsRequest
    this.slot = slot
    this.#parts = parts
    this.#deadline = new ExchangeDeadline(parts.deadlines, slot)
    this.#beganMs = parts.clock.nowMs()
  }

  get awaited(): Awaited | null {
    return this.request.kind === 'message' ? this.request.awaited : null
  }

  /** It waits for its session to be opened. */
  connects(): void {
    this.#isConnecting = true
    this.#deadline.enter(PHASE_CONNECT, this.#beganMs, this.exchange.timeouts)
  }

  /** Its session is there, or its handshake is on its way: what came before was the opening of a connection. */
  connected(nowMs: number): void {
    this.#isConnecting = false
    this.exchange.connectMs = nowMs - this.#beganMs
  }

  /** The handshake was sent that it waits for. */
  sentHandshake(nowMs: number): void {
    const atMs = Math.max(nowMs, this.#beganMs)
    this.connected(atMs)
    if (this.exchange.sentMs === 0) this.sent(atMs, 0)
  }

  /** The handshake was answered. */
  endHandshake({ status, firstByteMs, bytesSent, bytesReceived, header }: Handshake): void {
    const { exchange } = this
    const nowMs = this.#parts.clock.nowMs()
    if (this.isPast(nowMs)) return this.expire()
    exchange.status = status
    exchange.firstByteMs = Math.max(firstByteMs, exchange.sentMs)
    exchange.bytesSent += bytesSent
    exchange.bytesReceived += bytesReceived
    if (exchange.keepAnswer) exchange.header = header
    this.end('none', '', nowMs)
  }

  /** It waits for the server to read what others sent. */
  queues(): void {
    this.#deadline.enter(PHASE_BODY, this.#beganMs, this.exchange.timeouts)
  }

  /** Returns the message as it is sent: with its number, where it is accounted for. */
  numbered(content: string | Buffer, nowMs: number): string | Buffer {
    const { request, exchange } = this
    const { channel } = this.#parts
    if (channel === null || request.kind !== 'message' || !request.isBroadcast) return content
    this.#sequence = channel.publish(request.step, exchange.agent, exchange.intendedMs, nowMs)
    return withHeader(content, channel.header)
  }

  /** Its message was handed to the socket. @param bytes 0 where nothing was sent */
  sent(nowMs: number, bytes: number): void {
    this.exchange.sentMs = nowMs
    this.exchange.bytesSent += bytes
    this.#deadline.enter(PHASE_FIRST_BYTE, nowMs, this.exchange.timeouts)
  }

  /** It waits for messages from now on. */
  awaits(): void {
    this.#isAwaiting = true
  }

  /** Takes a message in that it waited for; it may be the last. */
  take({ data, arrival }: Received): void {
    const { exchange, awaited } = this
    const lastByteMs = Math.max(arrival.lastByteMs, exchange.sentMs)
    exchange.bytesReceived += arrival.bytes
    if (exchange.items === 0) {
      exchange.firstByteMs = Math.max(arrival.firstByteMs, exchange.sentMs)
      this.#deadline.enter(PHASE_BODY, lastByteMs, exchange.timeouts)
    } else if (!this.#hasSent) exchange.measure(MEASURES.push_gap, arrival.lastByteMs - this.#lastMessageMs)
    if (this.#hasSent) exchange.measure(MEASURES.message_time, lastByteMs - exchange.sentMs)
    this.#lastMessageMs = arrival.lastByteMs
    exchange.items++
    if (exchange.items < (awaited?.count ?? 1)) return
    if (exchange.keepAnswer) exchange.body = data
    this.end('none', '', lastByteMs)
  }

  get hasEnded(): boolean {
    return this.#ended
  }

  /** Tells whether what is read now comes too late for it. */
  isPast(nowMs: number): boolean {
    return this.#deadline.isPast(nowMs)
  }

  /** Ends it because its time is over. */
  expire(): void {
    const { timeouts, items } = this.exchange
    if (!this.#isAwaiting) {
      const { kind, text } = this.#deadline.failure(timeouts)
      return this.end(kind, text)
    }
    const limitMs = items === 0 ? Math.min(timeouts.firstByteMs, timeouts.totalMs) : timeouts.totalMs
    const wanted = this.awaited?.count ?? 1
    this.end(
      'timeout-message',
      `${items} of ${wanted} matching ${wanted === 1 ? 'message' : 'messages'} within ${formatDurationMs(limitMs)}`,
    )
  }

  /** Ends it, for reasons of the harness; soon. */
  abort(): void {
    this.#parts.clock.soon(() => this.end('aborted', 'aborted by the harness'))
  }

  /** Once: what comes later finds it ended. */
  end(kind: ErrorKind, text: string, doneMs = this.#parts.clock.nowMs()): void {
    if (this.#ended) return
    this.#ended = true
    const { exchange } = this
    this.#deadline.clear()
    if (this.#isConnecting) exchange.connectMs = doneMs - this.#beganMs
    putError(exchange, kind, text)
    exchange.doneMs = doneMs
    if (this.#sequence !== null) this.#account(this.#sequence, kind)
    this.#parts.onEnded(this)
    if (this.isStarting) this.#parts.clock.soon(() => exchange.settle())
    else exchange.settle()
  }

  /** Nobody knows what became of a message whose answer did not come. */
  #account(sequence: number, kind: ErrorKind): void {
    if (kind === 'none') this.exchange.measure(MEASURES.messages_published, 1)
    else this.#parts.channel?.withdraw(sequence, 'in-doubt')
  }

  get #hasSent(): boolean {
    return this.request.kind === 'message' && this.request.send !== null
  }
}
