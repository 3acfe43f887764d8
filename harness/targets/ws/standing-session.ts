/** A session that stands for the whole run and gets what the server hands on. */
import { SessionRefused } from '../session.ts'
import type { Connection, ConnectionOwner, Handshake, Received } from './connection.ts'
import type { Ending } from './failure.ts'

export class StandingSession implements ConnectionOwner {
  /** Resolves when it is open. */
  readonly whenOpen: Promise<void>
  /** Rejects with SessionRefused when it could not be opened, or has ended. */
  readonly whenOver: Promise<never>
  readonly #connection: Connection
  readonly #onMessage: (message: Received) => void
  #isOpen: () => void = nothing
  #isOver: (reason: SessionRefused) => void = nothing
  #isRead: () => void = nothing

  constructor(connect: (owner: ConnectionOwner) => Connection, onMessage: (message: Received) => void) {
    this.#onMessage = onMessage
    this.whenOpen = new Promise((resolve) => {
      this.#isOpen = resolve
    })
    this.whenOver = new Promise((_, reject) => {
      this.#isOver = reject
    })
    // Those who wait for it are told.
    this.whenOver.catch(nothing)
    this.#connection = connect(this)
  }

  /** Sends a message, if any; resolves when the server has read it, which it tells by a pong. */
  join(content: string | Buffer | null): Promise<void> {
    const read = new Promise<void>((resolve) => {
      this.#isRead = resolve
    })
    if (content !== null) this.#connection.send(content)
    this.#connection.ping('joined')
    return read
  }

  /** Ends it in order. */
  leave(): void {
    this.#connection.leave()
  }

  /** Ends it at once. */
  giveUp(reason: SessionRefused): void {
    this.#connection.drop()
    this.#isOver(reason)
  }

  connected(): void {
    // The handshake is on its way.
  }

  opened(): void {
    this.#isOpen()
  }

  refused({ status }: Handshake): void {
    const text = `the handshake was refused with HTTP ${status}`
    this.#isOver(new SessionRefused({ kind: 'status', text }, status))
  }

  received(message: Received): void {
    this.#onMessage(message)
  }

  ponged(): void {
    this.#isRead()
  }

  drained(): void {
    // It sends one message at most.
  }

  ended({ kind, text, status }: Ending): void {
    this.#isOver(new SessionRefused({ kind, text }, status))
  }
}

function nothing(): void {
  // Nobody waits.
}
