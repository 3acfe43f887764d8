/** The messages between a driver and its lanes: one order, one answer, each a length, a JSON document and bytes. */
import type { Operation } from './schema.ts'

/** One operation with everything filled in. */
export interface Order {
  readonly operation: Operation
  readonly path: string
  /** New path of a rename; '' for others. */
  readonly to: string
  readonly offset: number
  /** -1: to the end of the file, or the size of `data`. */
  readonly bytes: number
  /** Content of a write as text; null for generated content. */
  readonly data: string | null
  readonly fsync: boolean
  /** '' for nothing, `sha256` for blocks that prove themselves, or a digest. */
  readonly verify: string
  /** True: what was read, listed or looked at is sent back. */
  readonly keep: boolean
}

/** The first message of a lane. */
export interface LaneReady {
  /** Null, or what is wrong with the root. */
  readonly problem: string | null
}

/** The end of one operation. Instants are machine time, ms. */
export interface LaneAnswer {
  readonly sentMs: number
  readonly doneMs: number
  /** errno; 0 for none. */
  readonly status: number
  /** Not '': the operation was refused or its content was wrong, for people. */
  readonly problem: string
  /** `code`: never begun; `protocol`: what was read is not what was written; `too-large`: more than one operation may read. */
  readonly problemKind: 'code' | 'protocol' | 'too-large'
  readonly bytesRead: number
  readonly bytesWritten: number
  readonly items: number
  /** System calls with their times, ms. */
  readonly parts: readonly (readonly [name: string, durationMs: number])[]
}

const HEAD_BYTES = 8
const NO_BYTES = Buffer.alloc(0)

/** Puts a message together. */
export function encodeMessage(document: object, bytes: Uint8Array = NO_BYTES): Buffer {
  const json = Buffer.from(JSON.stringify(document))
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt32LE(json.length, 0)
  head.writeUInt32LE(bytes.length, 4)
  return Buffer.concat([head, json, bytes])
}

/** A message that is whole. */
export interface Message {
  readonly document: unknown
  readonly bytes: Buffer
}

/** Cuts a stream of bytes into messages. */
export class MessageReader {
  #chunks: Buffer[] = []
  #held = 0
  /** The size of the message that is being read, as far as it is known. */
  #needed = HEAD_BYTES

  /** Returns the messages that are whole now. */
  push(chunk: Buffer): readonly Message[] {
    const messages: Message[] = []
    this.#chunks.push(chunk)
    this.#held += chunk.length
    while (this.#held >= this.#needed) {
      const whole = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks)
      const jsonEnd = HEAD_BYTES + whole.readUInt32LE(0)
      const end = jsonEnd + whole.readUInt32LE(4)
      const isWhole = whole.length >= end
      this.#chunks = [isWhole ? whole.subarray(end) : whole]
      this.#held = whole.length - (isWhole ? end : 0)
      this.#needed = isWhole ? HEAD_BYTES : end
      if (!isWhole) continue
      const document: unknown = JSON.parse(whole.toString('utf8', HEAD_BYTES, jsonEnd))
      messages.push({ document, bytes: whole.subarray(jsonEnd, end) })
    }
    return messages
  }
}
