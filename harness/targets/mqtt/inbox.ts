/** Messages that an agent has received, and the exchange that waits for some of them. */
import { Fifo } from '../fifo.ts'
import { matchesTopic } from './topic.ts'

export interface ReceivedMessage {
  readonly topic: string
  readonly payload: Buffer
}

interface Waiter {
  readonly filter: string
  readonly count: number
  readonly got: ReceivedMessage[]
  readonly done: (messages: readonly ReceivedMessage[]) => void
}

export class Inbox {
  readonly #limit: number
  #kept = new Fifo<ReceivedMessage>()
  #waiters: Waiter[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes a message in; true when the oldest had to go for it. */
  add(message: ReceivedMessage): boolean {
    const waiter = this.#waiters.find(({ filter }) => matchesTopic(filter, message.topic))
    if (waiter !== undefined) {
      this.#give(waiter, message)
      return false
    }
    this.#kept.push(message)
    return this.#kept.size > this.#limit && this.#kept.shift() !== undefined
  }

  /** Waits for messages, those first that are there. Returns a function that gives up. */
  wait(filter: string, count: number, done: Waiter['done']): () => void {
    const waiter: Waiter = { filter, count, got: [], done }
    this.#waiters.push(waiter)
    for (const message of this.#kept.takeAll()) {
      if (waiter.got.length < count && matchesTopic(filter, message.topic)) this.#give(waiter, message)
      else this.#kept.push(message)
    }
    return () => {
      this.#waiters = this.#waiters.filter((each) => each !== waiter)
    }
  }

  #give(waiter: Waiter, message: ReceivedMessage): void {
    waiter.got.push(message)
    if (waiter.got.length < waiter.count) return
    this.#waiters = this.#waiters.filter((each) => each !== waiter)
    waiter.done(waiter.got)
  }
}
