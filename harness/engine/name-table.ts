/** Names in shared memory, numbered from 0: one shard writes them, all may read. */

const ENTRIES_MAX = 512
const HEAD_INTS = 2
const COUNT = 0
const NAME_BYTES_MAX = 250

/** The number of what found no place. */
export const UNNAMED = ENTRIES_MAX

const entryBytes = 1 + NAME_BYTES_MAX
const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function allocateNameTable(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEAD_INTS * Int32Array.BYTES_PER_ELEMENT + ENTRIES_MAX * entryBytes)
}

export class NameTable {
  readonly #head: Int32Array
  readonly #bytes: Uint8Array
  readonly #numbers = new Map<string, number>()
  readonly #names: (string | undefined)[] = []

  constructor(buffer: SharedArrayBuffer) {
    this.#head = new Int32Array(buffer, 0, HEAD_INTS)
    this.#bytes = new Uint8Array(buffer, HEAD_INTS * Int32Array.BYTES_PER_ELEMENT)
  }

  /** Returns the number of a name, a new one the first time; called by the one shard that writes. */
  numberOf(name: string): number {
    return this.#numbers.get(name) ?? this.#add(name)
  }

  /** Returns the name of a number; undefined when it has none. */
  nameOf(number: number): string | undefined {
    if (number >= Atomics.load(this.#head, COUNT)) return undefined
    this.#names[number] ??= this.#read(number)
    return this.#names[number]
  }

  #add(name: string): number {
    const number = Atomics.load(this.#head, COUNT)
    const encoded = encoder.encode(name)
    if (number === ENTRIES_MAX || encoded.length > NAME_BYTES_MAX) return UNNAMED
    const at = number * entryBytes
    this.#bytes[at] = encoded.length
    this.#bytes.set(encoded, at + 1)
    // Readers look no further than the count: it is raised when the name stands.
    Atomics.store(this.#head, COUNT, number + 1)
    this.#numbers.set(name, number)
    return number
  }

  #read(number: number): string {
    const at = number * entryBytes
    return decoder.decode(this.#bytes.slice(at + 1, at + 1 + (this.#bytes[at] as number)))
  }
}
