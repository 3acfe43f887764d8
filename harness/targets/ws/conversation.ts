/** The messages of a session: what its turns send, and which of them each message, pong and end is for. */
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { MEASURES, type Measure } from '../../model/measures.ts'
import type { TargetEvents } from '../../ports/target.ts'
import { CLOCK_AHEAD, type EventAge } from '../event-age.ts'
import { Fifo } from '../fifo.ts'
import type { Connection, Received } from './connection.ts'
import type { Ending } from './failure.ts'
import { Inbox } from './inbox.ts'
import type { Correlation, Outgoing } from './request.ts'
import type { Turn } from './turn.ts'
import { idText, meets, Waiting } from './waiting.ts'

/** The parts that the conversations of a driver share. */
export interface ConversationParts {
  readonly clock: Clock
  readonly events: TargetEvents
  readonly correlation: Correlation | null
  readonly inboxLimit: number
  /** Null where no message says when it was made. */
  readonly eventAge: EventAge | null
  /** Tells whether anything of the run waits for messages; where nothing does, none is kept. */
  readonly keepsMessages: () => boolean
}

export class Conversation {
  readonly #parts: ConversationParts
  readonly #waiting: Waiting
  readonly #inbox: Inbox
  /** Turns that wait until the server reads. */
  readonly #unsent = new Fifo<Turn>()
  #pings: Turn[] = []
  #pingCount = 0
  #closing: Turn | null = null
  #isClockAhead = false

  constructor(parts: ConversationParts) {
    this.#parts = parts
    this.#waiting = new Waiting(parts.correlation?.in ?? null)
    this.#inbox = new Inbox(parts.inboxLimit)
  }

  /** True while a turn waits for something of the connection. */
  get isBusy(): boolean {
    return this.#closing !== null || this.#waiting.size > 0 || this.#unsent.size > 0 || this.#pings.length > 0
  }

  /** Does what a turn asks for, over a connection that is open; a send waits while the server does not read. */
  perform(turn: Turn, connection: Connection): void {
    const { request } = turn
    if (request.kind === 'close') return this.#close(turn, connection)
    const sends = request.kind === 'ping' || (request.kind === 'message' && request.send !== null)
    if (!sends) return this.#receive(turn)
    if (!connection.isBlocked && this.#unsent.size === 0) return this.#send(turn, connection)
    turn.queues()
    this.#unsent.push(turn)
  }

  /** Forgets a turn that has ended. */
  forget(turn: Turn): void {
    if (this.#closing === turn) this.#closing = null
    this.#waiting.remove(turn)
    this.#unsent.remove(turn)
    if (turn.ping !== '') this.#pings = this.#pings.filter((other) => other !== turn)
  }

  /** Gives a message to the turn that it is for, or keeps it. @param step under which it is recorded where nobody waits for it */
  received(message: Received, step: string): void {
    const { clock, events, keepsMessages } = this.#parts
    const nowMs = clock.nowMs()
    const { lastByteMs } = message.arrival
    for (;;) {
      const turn = this.#waiting.find(message.data)
      if (turn === null) break
      if (turn.isPast(nowMs)) {
        turn.expire()
        continue
      }
      this.#count(message, step, (measure, value) => turn.exchange.measure(measure, value))
      return turn.take(message)
    }
    this.#count(message, step, (measure, value) => events.measure(step, measure, value, lastByteMs))
    if (keepsMessages() && !this.#inbox.keep(message))
      events.measure(step, MEASURES.inbox_overflow, 1, lastByteMs)
  }

  /** Counts a message, once however long it lies in the inbox, and measures its age. */
  #count(
    { data, arrival }: Received,
    step: string,
    measure: (measure: Measure, value: number) => void,
  ): void {
    measure(MEASURES.messages_in, 1)
    const { eventAge, events } = this.#parts
    const ageMs = eventAge?.of(data.toString('utf8'), arrival.lastByteMs) ?? null
    if (ageMs === null) return
    if (ageMs >= 0) measure(MEASURES.event_age, ageMs)
    else if (!this.#isClockAhead) {
      this.#isClockAhead = true
      events.fault(step, 'protocol', CLOCK_AHEAD)
    }
  }

  ponged(payload: Buffer): void {
    const text = payload.toString('latin1')
    const turn = this.#pings.find(({ ping }) => ping === text)
    if (turn === undefined) return
    const nowMs = this.#parts.clock.nowMs()
    if (turn.isPast(nowMs)) return turn.expire()
    const { exchange } = turn
    exchange.firstByteMs = nowMs
    exchange.measure(MEASURES.ping_time, nowMs - exchange.sentMs)
    turn.end('none', '', nowMs)
  }

  /** The server reads again. */
  drained(connection: Connection): void {
    while (this.#unsent.size > 0 && connection.isOpen && !connection.isBlocked)
      this.#send(this.#unsent.shift() as Turn, connection)
  }

  /** Ends every turn because the connection has ended. */
  ended({ kind, text, status }: Ending): void {
    const closing = this.#closing
    const turns = [...this.#waiting.takeAll(), ...this.#unsent.takeAll(), ...this.#pings]
    this.#pings = []
    if (closing !== null) endClosing(closing, { kind, text, status }, this.#parts.clock.nowMs())
    for (const turn of turns) {
      turn.exchange.status = status
      turn.end(kind, text)
    }
  }

  /** Aborts every turn. */
  abort(): void {
    const turns = [...this.#waiting.takeAll(), ...this.#unsent.takeAll(), ...this.#pings]
    if (this.#closing !== null) turns.push(this.#closing)
    for (const turn of turns) turn.abort()
  }

  #close(turn: Turn, connection: Connection): void {
    const { request, exchange } = turn
    if (request.kind !== 'close') return
    const reason = rendered(turn, () => request.reason.render(exchange.variables))
    if (reason === null) return
    turn.sent(this.#parts.clock.nowMs(), 0)
    this.#closing = turn
    connection.close(request.code, reason)
  }

  #send(turn: Turn, connection: Connection): void {
    const { request } = turn
    if (request.kind === 'ping') return this.#ping(turn, connection)
    if (request.kind !== 'message' || request.send === null) return
    if (!this.#hand(turn, request.send, connection)) return
    if (request.awaited === null) return this.#endSent(turn)
    turn.awaits()
    this.#waiting.add(turn)
  }

  /** Hands the message of a turn to the socket; false when it cannot be put together, which ends the turn. */
  #hand(turn: Turn, send: Outgoing, connection: Connection): boolean {
    const { exchange } = turn
    const message = rendered(turn, () => ({
      content: send.content(exchange.variables),
      id: idText(send.id(exchange.variables)),
    }))
    if (message === null) return false
    turn.id = message.id
    const nowMs = this.#parts.clock.nowMs()
    turn.sent(nowMs, connection.send(turn.numbered(message.content, nowMs)))
    exchange.measure(MEASURES.messages_out, 1)
    return true
  }

  #endSent(turn: Turn): void {
    turn.exchange.acknowledged = false
    turn.end('none', '', turn.exchange.sentMs)
  }

  #ping(turn: Turn, connection: Connection): void {
    turn.ping = String(++this.#pingCount)
    turn.sent(this.#parts.clock.nowMs(), 0)
    this.#pings.push(turn)
    connection.ping(turn.ping)
  }

  /** Takes what is in the inbox, and waits for the rest. */
  #receive(turn: Turn): void {
    turn.sent(this.#parts.clock.nowMs(), 0)
    turn.awaits()
    this.#inbox.offer((message) => {
      if (turn.hasEnded || !meets(turn, message.data.toString('utf8'))) return false
      turn.take(message)
      return true
    })
    if (!turn.hasEnded) this.#waiting.add(turn)
  }
}

/** A close is answered by the end of its connection, unless that breaks off. */
function endClosing(turn: Turn, { kind, text, status }: Ending, nowMs: number): void {
  turn.exchange.status = status
  if (kind !== 'closed') return turn.end(kind, text)
  turn.exchange.firstByteMs = nowMs
  turn.end('none', '', nowMs)
}

/** Renders what a turn sends; null when a variable is not set, which ends the turn. */
function rendered<T>(turn: Turn, render: () => T): T | null {
  try {
    return render()
  } catch (error) {
    turn.end('code', messageOf(error))
    return null
  }
}
