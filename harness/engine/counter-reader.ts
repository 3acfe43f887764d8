/** Reads columns of doubles that only grow; gives the differences. */
export class CounterReader {
  readonly #now: Float64Array
  #seen: Float64Array

  /** @param fromByte where the columns begin */
  constructor(buffer: SharedArrayBuffer, fromByte = 0) {
    this.#now = new Float64Array(buffer, fromByte)
    this.#seen = new Float64Array(this.#now.length)
  }

  /** Returns the differences by column; null when nothing changed. */
  takeGain(): Float64Array | null {
    const gain = new Float64Array(this.#now.length)
    const seen = Float64Array.from(this.#now)
    let moved = false
    for (let i = 0; i < gain.length; i++) {
      gain[i] = (seen[i] as number) - (this.#seen[i] as number)
      moved ||= gain[i] !== 0
    }
    this.#seen = seen
    return moved ? gain : null
  }
}
