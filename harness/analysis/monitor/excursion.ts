/**
 * The beginning of the stretch beyond a bound that a running load is in: the running form of `breachedStretch`. It ends when what
 * was within the bound makes up for what was beyond it (CUSUM of Page).
 */
export class Excursion {
  #sum = 0
  #fromMs: number | null = null

  /** Its begin, ms since run start; null while there is none. */
  get fromMs(): number | null {
    return this.#fromMs
  }

  /** @param excess what was beyond the bound in an interval, below 0 when it was kept; null for an interval that does not tell */
  add(startMs: number, excess: number | null): void {
    if (excess === null) return
    this.#sum = Math.max(0, this.#sum + excess)
    this.#fromMs = this.#sum > 0 ? (this.#fromMs ?? startMs) : null
  }
}
