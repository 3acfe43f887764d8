/** Things on their way to somebody slow: a bounded queue, and one at a time. */
import type { Clock } from '../../base/clock.ts'

export interface OneByOneOptions<T> {
  readonly clock: Clock
  /** The number that may wait: of more, the oldest is dropped. */
  readonly waitingMax: number
  /** Sends one; never rejects. */
  readonly send: (item: T) => Promise<void>
}

export class OneByOne<T extends object> {
  readonly #options: OneByOneOptions<T>
  readonly #waiting: T[] = []
  #sending: Promise<void> | null = null
  #droppedCount = 0

  constructor(options: OneByOneOptions<T>) {
    this.#options = options
  }

  get droppedCount(): number {
    return this.#droppedCount
  }

  /** Queues one and returns: nothing is sent in the caller's turn of the loop. */
  offer(item: T): void {
    this.#waiting.push(item)
    if (this.#waiting.length > this.#options.waitingMax) {
      this.#waiting.shift()
      this.#droppedCount++
    }
    this.#sending ??= new Promise((resolve) => {
      this.#options.clock.soon(() => void this.#sendAll().then(resolve))
    })
  }

  /** Resolves when nothing waits or is under way; never rejects. */
  async settle(): Promise<void> {
    await this.#sending
  }

  /** Drops what waits, and counts it. */
  dropRest(): void {
    this.#droppedCount += this.#waiting.length
    this.#waiting.length = 0
  }

  async #sendAll(): Promise<void> {
    for (let item = this.#waiting.shift(); item !== undefined; item = this.#waiting.shift())
      await this.#options.send(item)
    this.#sending = null
  }
}
