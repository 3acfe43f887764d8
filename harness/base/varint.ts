/** Whole numbers as varints: seven bits a byte, the lowest first; the high bit says that another byte follows. */

/** Appends a whole number of up to 53 bits. */
export function pushVarint(bytes: number[], value: number): void {
  let left = value
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) + 128)
  bytes.push(left)
}

/** Reads varints one after the other. */
export class VarintReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  /** Reads the next one; the missing bits of one that is cut off read as 0. */
  next(): number {
    let value = 0
    let scale = 1
    let byte = 0
    do {
      byte = this.#bytes[this.#at++] ?? 0
      value += (byte & 127) * scale
      scale *= 128
    } while (byte > 127 && !this.isAtEnd)
    return value
  }
}
