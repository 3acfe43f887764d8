/** First in, first out; `shift` is O(1) however long it grows. */
export class Fifo<T> {
  #items: T[] = []
  #head = 0

  get size(): number {
    return this.#items.length - this.#head
  }

  push(item: T): void {
    this.#items.push(item)
  }

  /** Takes the oldest. */
  shift(): T | undefined {
    if (this.size === 0) return undefined
    const item = this.#items[this.#head++]
    // Half of it gone: the rest moves up, which costs O(1) per item in the long run.
    if (this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  /** Takes one out of the middle; false when it is not there. */
  remove(item: T): boolean {
    const at = this.#items.indexOf(item, this.#head)
    if (at === -1) return false
    this.#items.splice(at, 1)
    return true
  }

  /** Takes all that is left, oldest first. */
  takeAll(): T[] {
    const items = this.#items.slice(this.#head)
    this.#items = []
    this.#head = 0
    return items
  }
}
