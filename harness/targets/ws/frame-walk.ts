/**
 * The boundaries of frames in what a socket reads (RFC 6455 section 5.2). It knows when the first byte of each message was read,
 * which the library does not tell. It judges nothing: a frame that the library refuses ends the session anyway.
 */
import { Fifo } from '../fifo.ts'

/** The time and size of one message on the wire. Instants in ms. */
export interface Arrival {
  readonly firstByteMs: number
  readonly lastByteMs: number
  /** With the heads of its frames. */
  readonly bytes: number
}

const FIN = 0x80
const MASKED = 0x80
const OPCODE = 0x0f
const FIRST_CONTROL_OPCODE = 8
const HEAD_BYTES_MAX = 14

export class FrameWalk {
  readonly #complete = new Fifo<Arrival>()
  readonly #head = new Uint8Array(HEAD_BYTES_MAX)
  /** Bytes of a head that are there. */
  #have = 0
  /** Bytes of the payload that are still to come. */
  #left = 0
  #isLastOfMessage = false
  /** 0 = no message has begun. */
  #messageSinceMs = 0
  #messageBytes = 0

  /** Follows bytes as they were read. */
  walk(bytes: Uint8Array, nowMs: number): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#left === 0) {
        at = this.#readHead(bytes, at, nowMs)
        continue
      }
      const taken = Math.min(this.#left, bytes.length - at)
      this.#left -= taken
      at += taken
      if (this.#left === 0) this.#endFrame(nowMs)
    }
  }

  /** Takes the arrival of the oldest message that is complete. */
  take(): Arrival | undefined {
    return this.#complete.shift()
  }

  #readHead(bytes: Uint8Array, start: number, nowMs: number): number {
    let at = start
    do this.#head[this.#have++] = bytes[at++] as number
    while (at < bytes.length && this.#have < this.#headLength)
    if (this.#messageSinceMs === 0 && !isControl(this.#head[0] as number)) this.#messageSinceMs = nowMs
    if (this.#have === this.#headLength) this.#beginPayload(nowMs)
    return at
  }

  /** As far as it is known: two bytes tell the whole. */
  get #headLength(): number {
    if (this.#have < 2) return 2
    const second = this.#head[1] as number
    return 2 + lengthBytes(second) + ((second & MASKED) === 0 ? 0 : 4)
  }

  #beginPayload(nowMs: number): void {
    const first = this.#head[0] as number
    const second = this.#head[1] as number
    const size = lengthBytes(second)
    let length = second & ~MASKED
    if (size > 0) {
      length = 0
      for (let i = 2; i < 2 + size; i++) length = length * 256 + (this.#head[i] as number)
    }
    this.#isLastOfMessage = !isControl(first) && (first & FIN) !== 0
    if (!isControl(first)) this.#messageBytes += this.#have + length
    this.#have = 0
    this.#left = length
    if (length === 0) this.#endFrame(nowMs)
  }

  #endFrame(nowMs: number): void {
    if (!this.#isLastOfMessage) return
    this.#complete.push({
      firstByteMs: this.#messageSinceMs,
      lastByteMs: nowMs,
      bytes: this.#messageBytes,
    })
    this.#isLastOfMessage = false
    this.#messageSinceMs = 0
    this.#messageBytes = 0
  }
}

function isControl(firstByte: number): boolean {
  return (firstByte & OPCODE) >= FIRST_CONTROL_OPCODE
}

function lengthBytes(secondByte: number): number {
  const length = secondByte & ~MASKED
  if (length < 126) return 0
  return length === 126 ? 2 : 8
}
