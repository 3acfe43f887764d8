/** The session of one agent: at most one connection at a time, which lives over steps until it is closed, lost or replaced. */
import { messageOf } from '../../base/errors.ts'
import { Fifo } from '../fifo.ts'
import type { Connection, ConnectionOwner, Handshake, Received } from './connection.ts'
import { Conversation, type ConversationParts } from './conversation.ts'
import type { Ending } from './failure.ts'
import type { Turn } from './turn.ts'

const NORMAL = 1000

/** The parts that the sessions of a driver share. */
export interface SessionParts extends ConversationParts {
  /** Begins to connect. @throws Error when the handshake cannot be put together */
  readonly connect: (turn: Turn, path: string, owner: ConnectionOwner) => Connection
}

export class Session implements ConnectionOwner {
  readonly #parts: SessionParts
  #connection: Connection | null = null
  #conversation: Conversation
  /** The path of the last opening: a session that was lost or closed is opened there again. */
  #path = ''
  /** The instant at which the handshake was sent; 0 = not yet. */
  #handshakeMs = 0
  /** Turns that wait until the session is open; one that asked for it is the first. */
  #opening = new Fifo<Turn>()
  #isOpened = false
  /** The end of a session that no turn has been told yet. */
  #loss: Ending | null = null
  /** The step used last: what happens outside any turn is recorded under it. */
  #step = ''

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.#conversation = new Conversation(parts)
  }

  /** Begins a turn. It may end at once. */
  begin(turn: Turn): void {
    const { request } = turn
    this.#step = request.step
    if (request.kind === 'open') return this.#open(turn)
    if (this.#loss !== null) return this.#tellLoss(turn, this.#loss)
    if (this.#connection === null) {
      if (request.kind === 'close') return turn.end('code', 'there is no session to close')
      this.#connect(turn, this.#path)
    } else if (this.#connection.isOpen) this.#conversation.perform(turn, this.#connection)
    else if (this.#isOpened) turn.end('closed', 'the session is being closed')
    else this.#awaitOpening(turn)
  }

  /** Forgets a turn that has ended. A connection that nobody waits for any more is given up. */
  forget(turn: Turn): void {
    this.#conversation.forget(turn)
    if (this.#opening.remove(turn) && this.#opening.size === 0 && !this.#isOpened) this.#giveUp()
  }

  /** Ends the session in order; what is under way is aborted. */
  leave(): void {
    this.#abortTurns()
    this.#connection?.leave()
    this.#forgetConnection()
    this.#loss = null
  }

  #open(turn: Turn): void {
    const { request, exchange } = turn
    if (request.kind !== 'open') return
    let path: string
    try {
      path = request.path.render(exchange.variables)
    } catch (error) {
      return turn.end('code', messageOf(error))
    }
    this.leave()
    this.#path = path
    this.#connect(turn, path)
  }

  #connect(turn: Turn, path: string): void {
    this.#conversation = new Conversation(this.#parts)
    this.#awaitOpening(turn)
    try {
      this.#connection = this.#parts.connect(turn, path, this)
    } catch (error) {
      turn.end('code', messageOf(error))
    }
  }

  #awaitOpening(turn: Turn): void {
    turn.connects()
    this.#opening.push(turn)
  }

  connected(nowMs: number): void {
    this.#handshakeMs = nowMs
    for (const turn of this.#opening.takeAll()) {
      this.#opening.push(turn)
      if (turn.request.kind === 'open') turn.sentHandshake(nowMs)
    }
  }

  opened(handshake: Handshake): void {
    const connection = this.#connection
    this.#isOpened = true
    for (const turn of this.#opening.takeAll()) {
      if (connection === null || this.#connection !== connection) turn.abort()
      else if (turn.request.kind === 'open') turn.endHandshake(handshake)
      else {
        turn.connected(this.#parts.clock.nowMs())
        this.#conversation.perform(turn, connection)
      }
    }
  }

  refused(handshake: Handshake): void {
    const turns = this.#opening.takeAll()
    const sentMs = this.#handshakeMs
    this.#forgetConnection()
    for (const turn of turns) {
      turn.sentHandshake(sentMs)
      turn.endHandshake(handshake)
    }
  }

  received(message: Received): void {
    this.#conversation.received(message, this.#step)
  }

  ponged(payload: Buffer): void {
    this.#conversation.ponged(payload)
  }

  drained(): void {
    if (this.#connection !== null) this.#conversation.drained(this.#connection)
  }

  ended(ending: Ending): void {
    const conversation = this.#conversation
    const turns = this.#opening.takeAll()
    const wasOpened = this.#isOpened
    this.#forgetConnection()
    for (const turn of turns) turn.end(ending.kind, ending.text)
    if (conversation.isBusy) conversation.ended(ending)
    else if (wasOpened) this.#noteLoss(ending)
  }

  /** Nobody waited: it is a fault of the run, and the next step that needs the session is told. */
  #noteLoss(ending: Ending): void {
    this.#loss = ending
    if (ending.status !== NORMAL) this.#parts.events.fault(this.#step, ending.kind, ending.text)
  }

  #tellLoss(turn: Turn, { kind, text, status }: Ending): void {
    this.#loss = null
    turn.exchange.status = status
    if (turn.request.kind !== 'close' || kind !== 'closed') return turn.end(kind, `${text}, before this step`)
    const nowMs = this.#parts.clock.nowMs()
    turn.sent(nowMs, 0)
    turn.end('none', '', nowMs)
  }

  #giveUp(): void {
    this.#connection?.drop()
    this.#forgetConnection()
  }

  #abortTurns(): void {
    this.#conversation.abort()
    for (const turn of this.#opening.takeAll()) turn.abort()
  }

  #forgetConnection(): void {
    this.#connection = null
    this.#handshakeMs = 0
    this.#isOpened = false
    this.#opening = new Fifo()
  }
}
