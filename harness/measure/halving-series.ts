import { inGroups } from '../base/in-groups.ts'

/** A series in bounded memory: when it is full, neighbours are joined, and from then on an entry covers twice as many values. */
export class HalvingSeries<T> {
  readonly #most: number
  readonly #join: (neighbours: readonly T[]) => T
  #entries: T[] = []
  #pending: T[] = []
  #perEntry = 1

  /** @param most maximum number of entries @param join joins neighbours, at least one */
  constructor(most: number, join: (neighbours: readonly T[]) => T) {
    this.#most = most
    this.#join = join
  }

  /** The entries that cover the full number of values. */
  get entries(): readonly T[] {
    return this.#entries
  }

  /** Everything added so far: the entries, and the values that do not fill another one. */
  get all(): readonly T[] {
    return this.#pending.length === 0 ? this.#entries : [...this.#entries, this.#join(this.#pending)]
  }

  add(value: T): void {
    this.#pending.push(value)
    if (this.#pending.length >= this.#perEntry) this.flush()
  }

  /** Changes the newest value that is meant; returns false when there is none. */
  change(isMeant: (value: T) => boolean, change: (value: T) => T): boolean {
    for (const values of [this.#pending, this.#entries]) {
      const i = values.findLastIndex(isMeant)
      if (i === -1) continue
      values[i] = change(values[i] as T)
      return true
    }
    return false
  }

  /** Makes an entry of the values that do not fill one, at the end of a series. */
  flush(): void {
    if (this.#pending.length === 0) return
    this.#entries.push(this.#join(this.#pending))
    this.#pending = []
    if (this.#entries.length <= this.#most) return
    this.#entries = inGroups(this.#entries, 2).map(this.#join)
    this.#perEntry *= 2
  }
}
