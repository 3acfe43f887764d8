/** Messages that nobody has waited for yet, oldest first; a full inbox drops the oldest. */
import { Fifo } from '../fifo.ts'
import type { Received } from './connection.ts'

export class Inbox {
  readonly #limit: number
  #messages = new Fifo<Received>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Keeps a message; returns false when another had to be dropped for it. */
  keep(message: Received): boolean {
    this.#messages.push(message)
    if (this.#messages.size <= this.#limit) return true
    this.#messages.shift()
    return false
  }

  /** Offers every message, oldest first, and drops those that are taken. */
  offer(take: (message: Received) => boolean): void {
    if (this.#messages.size === 0) return
    const all = this.#messages.takeAll()
    for (const message of all) if (!take(message)) this.#messages.push(message)
  }
}
