/**
 * Which numbers of a series have been seen. Series come nearly in order, so it keeps the first number that is missing and
 * those beyond it: nothing grows with the length of a run.
 */
export class SeenSequences {
  #firstMissing = 0
  readonly #beyond = new Set<number>()

  /** Numbers kept; 0 when none is missing. */
  get size(): number {
    return this.#beyond.size
  }

  /** Takes a number in, from 0; false when it had been seen. */
  add(sequence: number): boolean {
    if (sequence < this.#firstMissing || this.#beyond.has(sequence)) return false
    this.#beyond.add(sequence)
    while (this.#beyond.delete(this.#firstMissing)) this.#firstMissing++
    return true
  }
}
