import { inGroups } from '../base/in-groups.ts'

/** A series in bounded memory: when it is full neighbours become one, and from then on an entry stands for twice as many. */
export class HalvingSeries<T> {
  readonly #most: number
  readonly #join: (neighbours: readonly T[]) => T
  #entries: T[] = []
  #pending: T[] = []
  #perEntry = 1

  /** @param most entries it holds at most @param join makes one of neighbours, at least one */
  constructor(most: number, join: (neighbours: readonly T[]) => T) {
    this.#most = most
    this.#join = join
  }

  /** Entries that stand for as many values as they are to. */
  get entries(): readonly T[] {
    return this.#entries
  }

  /** Everything added so far: the entries, and what is not enough for another one. */
  get all(): readonly T[] {
    return this.#pending.length === 0 ? this.#entries : [...this.#entries, this.#join(this.#pending)]
  }

  add(value: T): void {
    this.#pending.push(value)
    if (this.#pending.length >= this.#perEntry) this.flush()
  }

  /** Makes an entry of what is not enough for one: at the end of a series. */
  flush(): void {
    if (this.#pending.length === 0) return
    this.#entries.push(this.#join(this.#pending))
    this.#pending = []
    if (this.#entries.length <= this.#most) return
    this.#entries = inGroups(this.#entries, 2).map(this.#join)
    this.#perEntry *= 2
  }
}
