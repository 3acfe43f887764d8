/**
 * A place for one session at a time. A session is opened when a request needs it, and another when the server ended it or
 * it was lost. Requests that find no room wait here, first come first served, whichever session will carry them.
 */

import type { Failure } from '../failure.ts'
import { Fifo } from '../fifo.ts'
import type { Http2Session, SessionOwner } from './http2-session.ts'

/** Sends the requests of a slot. */
export interface Sender {
  /** Sends it. */
  send(session: Http2Session): void
  /** It waits: for its turn among the streams of a session that is open, or for the session. */
  waits(isOpen: boolean): void
  /** The session ended before it had answered anyone. Whether to wait for another: no sender does so for ever. */
  passOver(failure: Failure | null): boolean
  /** No session could be opened. */
  fail(failure: Failure): void
}

/** Opens a session for a slot. */
export type OpenSession = (owner: SessionOwner) => Http2Session

export class SessionSlot implements SessionOwner {
  readonly #open: OpenSession
  readonly #waiting = new Fifo<Sender>()
  #session: Http2Session | null = null

  constructor(open: OpenSession) {
    this.#open = open
  }

  get waitingCount(): number {
    return this.#waiting.size
  }

  /** True when a request would have to wait for its turn. */
  get isFull(): boolean {
    return this.#session?.isOpen === true && (this.#waiting.size > 0 || !this.#session.canSend)
  }

  /** Sends a request, or lets it wait. */
  take(sender: Sender): void {
    const session = this.#usable()
    if (session.canSend && this.#waiting.size === 0) return sender.send(session)
    this.#waiting.push(sender)
    sender.waits(session.isOpen)
  }

  /** The sender waits no more. */
  withdraw(sender: Sender): void {
    this.#waiting.remove(sender)
  }

  /** Uses a session no more that does not come about, or has fallen silent; the next request opens another. */
  abandon(session: Http2Session | null = this.#session): void {
    if (session === null || session !== this.#session) return
    this.#session = null
    session.leave()
    for (const sender of this.#waiting.takeAll()) this.take(sender)
  }

  // --- SessionOwner -----------------------------------------------------------------------------------------------

  opened(): void {
    this.hasRoom()
    for (const sender of this.#waiting.takeAll()) this.take(sender)
  }

  hasRoom(): void {
    const session = this.#session
    while (session?.canSend === true) {
      const sender = this.#waiting.shift()
      if (sender === undefined) return
      sender.send(session)
    }
  }

  failed(failure: Failure): void {
    this.#session = null
    for (const sender of this.#waiting.takeAll()) sender.fail(failure)
  }

  ended(failure: Failure | null): void {
    const answered = (this.#session?.answerCount ?? 0) > 0
    this.#session = null
    for (const sender of this.#waiting.takeAll()) if (answered || sender.passOver(failure)) this.take(sender)
  }

  #usable(): Http2Session {
    if (this.#session?.isOver === true) this.#session.leave()
    else if (this.#session !== null) return this.#session
    this.#session = this.#open(this)
    return this.#session
  }
}
