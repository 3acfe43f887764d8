/** The sizes of the frames that a broker sends: the library would read a size below zero for ever. */

/** Above it the sender is no Kafka broker: the first bytes of HTTP are a size of a gigabyte. */
const FRAME_BYTES_MAX = 256 * 1024 ** 2
/** A frame begins with the number of the request that it answers. */
const FRAME_BYTES_MIN = 4
const SIZE_BYTES = 4

export class FrameSizes {
  /** Bytes of the frame under way that are still to come. */
  #left = 0
  #size = 0
  /** Bytes of the size that were read. */
  #sizeBytes = 0

  /** Reads on; null, or the problem with what was sent. */
  read(bytes: Uint8Array): string | null {
    let at = 0
    while (at < bytes.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, bytes.length - at)
        this.#left -= taken
        at += taken
        continue
      }
      this.#size = (this.#size << 8) | (bytes[at++] as number)
      if (++this.#sizeBytes < SIZE_BYTES) continue
      if (this.#size < FRAME_BYTES_MIN || this.#size > FRAME_BYTES_MAX)
        return `an answer of ${this.#size} bytes: this is no Kafka broker`
      this.#left = this.#size
      this.#size = 0
      this.#sizeBytes = 0
    }
    return null
  }
}
