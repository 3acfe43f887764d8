/**
 * A body that is kept, gathered into one buffer that doubles: a server that sends byte by byte costs no object a byte.
 * A body in one piece is copied once, to its own size.
 */
const EMPTY = Buffer.alloc(0)

export class BodyBuffer {
  #bytes: Buffer = EMPTY
  #length = 0

  /** Copies a piece: what it lies in is used again. */
  append(bytes: Buffer, from: number, to: number): void {
    const length = this.#length + to - from
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(
        this.#length === 0 ? length : Math.max(length, this.#bytes.length * 2),
      )
      this.#bytes.copy(larger, 0, 0, this.#length)
      this.#bytes = larger
    }
    bytes.copy(this.#bytes, this.#length, from, to)
    this.#length = length
  }

  /** Returns the gathered bytes, which the caller then owns; empty when there are none. */
  take(): Buffer {
    const body = this.#bytes.subarray(0, this.#length)
    this.clear()
    return body
  }

  clear(): void {
    this.#bytes = EMPTY
    this.#length = 0
  }
}
