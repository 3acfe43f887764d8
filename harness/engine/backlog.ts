/** The most arrivals that wait at once in a shard: 64 MiB of memory. */
export const BACKLOG_MAX = 4 * 1024 ** 2

/** The arrivals that found no free agent, oldest first: a growing ring of intended instants and arrival numbers. */
export class Backlog {
  #instants = new Float64Array(1024)
  #indexes = new Float64Array(1024)
  #head = 0
  #size = 0

  get size(): number {
    return this.#size
  }

  get isFull(): boolean {
    return this.#size >= BACKLOG_MAX
  }

  /** The intended instant of the oldest arrival; Infinity when empty. */
  get oldestMs(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#instants[this.#head] as number)
  }

  /** The number of the oldest arrival. */
  get oldestIndex(): number {
    return this.#indexes[this.#head] as number
  }

  push(intendedMs: number, index: number): void {
    if (this.#size === this.#instants.length) this.#grow()
    const at = (this.#head + this.#size) & (this.#instants.length - 1)
    this.#instants[at] = intendedMs
    this.#indexes[at] = index
    this.#size++
  }

  /** Removes the oldest arrival. */
  shift(): void {
    this.#head = (this.#head + 1) & (this.#instants.length - 1)
    this.#size--
  }

  #grow(): void {
    const length = this.#instants.length
    const instants = new Float64Array(length * 2)
    const indexes = new Float64Array(length * 2)
    for (let i = 0; i < length; i++) {
      instants[i] = this.#instants[(this.#head + i) & (length - 1)] as number
      indexes[i] = this.#indexes[(this.#head + i) & (length - 1)] as number
    }
    this.#instants = instants
    this.#indexes = indexes
    this.#head = 0
  }
}
