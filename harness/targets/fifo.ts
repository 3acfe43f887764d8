/** First in, first out, of different things; `shift` and `remove` are O(1) in the long run, however many there are. */
export class Fifo<T> {
  /** Undefined: taken out of the middle. */
  #items: (T | undefined)[] = []
  #head = 0
  /** The index of each item. */
  readonly #places = new Map<T, number>()

  get size(): number {
    return this.#places.size
  }

  push(item: T): void {
    this.#places.set(item, this.#items.length)
    this.#items.push(item)
  }

  /** Takes the oldest. */
  shift(): T | undefined {
    while (this.#head < this.#items.length) {
      const item = this.#items[this.#head++]
      if (item === undefined) continue
      this.#places.delete(item)
      this.#close()
      return item
    }
    return undefined
  }

  /** Takes one out of the middle; false when it is not there. */
  remove(item: T): boolean {
    const place = this.#places.get(item)
    if (place === undefined) return false
    this.#places.delete(item)
    this.#items[place] = undefined
    this.#close()
    return true
  }

  /** Takes all that is left, oldest first. */
  takeAll(): T[] {
    const items = [...this.#places.keys()]
    this.#places.clear()
    this.#close()
    return items
  }

  /** Half of it gone: the rest moves up, which costs O(1) per item in the long run. */
  #close(): void {
    if (this.size * 2 > this.#items.length) return
    this.#items = [...this.#places.keys()]
    this.#head = 0
    for (const [place, item] of this.#items.entries()) this.#places.set(item as T, place)
  }
}
