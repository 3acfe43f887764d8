/**
 * The set of numbers of a series that have been seen. Series arrive nearly in order, so it stores the first missing number and
 * the seen ones beyond it: its size does not grow with the length of a run.
 */
export class SeenSequences {
  #firstMissing = 0
  readonly #beyond = new Set<number>()

  /** The number of stored numbers; 0 when none is missing. */
  get size(): number {
    return this.#beyond.size
  }

  /** The first number that is missing. */
  get firstMissing(): number {
    return this.#firstMissing
  }

  /** The numbers behind it that have been seen. */
  get beyond(): number[] {
    return [...this.#beyond]
  }

  /** Adds a number, from 0; returns false when it was seen before. */
  add(sequence: number): boolean {
    if (sequence < this.#firstMissing || this.#beyond.has(sequence)) return false
    this.#beyond.add(sequence)
    while (this.#beyond.delete(this.#firstMissing)) this.#firstMissing++
    return true
  }
}
