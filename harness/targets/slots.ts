/** A table of live things by number: numbers stay small, and are used again. */
export class Slots<T> {
  readonly #items: (T | undefined)[] = []
  readonly #free: number[] = []

  /** Takes in what `make` makes of its number. */
  add(make: (slot: number) => T): T {
    const slot = this.#free.pop() ?? this.#items.length
    const item = make(slot)
    this.#items[slot] = item
    return item
  }

  get(slot: number): T | undefined {
    return this.#items[slot]
  }

  remove(slot: number): void {
    if (this.#items[slot] === undefined) return
    this.#items[slot] = undefined
    this.#free.push(slot)
  }

  /** Everything that is in. */
  *[Symbol.iterator](): Generator<T> {
    for (const item of this.#items) if (item !== undefined) yield item
  }
}
