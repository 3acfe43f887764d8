import { type LedgerMemory, MESSAGES_PER_WORD, recipientsOf } from './ledger-memory.ts'

/** A message is open until it is delivered or withdrawn; one that was withdrawn may be delivered all the same. */
export const OPEN = 0
export const DELIVERED = 1
export const REFUSED = 2
export const IN_DOUBT = 3
const STATE_MASK = 3

/** The states of messages in shared memory, two bits each. Of all that change one at a time, exactly one sees the old state. */
export class MessageStates {
  readonly #words: Int32Array
  readonly #recipients: number
  readonly #wordsEach: number
  readonly #mask: number

  constructor(memory: LedgerMemory) {
    this.#words = new Int32Array(memory.states)
    this.#recipients = Math.max(1, recipientsOf(memory.channel))
    this.#wordsEach = memory.capacity / MESSAGES_PER_WORD
    this.#mask = memory.capacity - 1
  }

  /** Delivers to a recipient; returns the state before. */
  deliver(shard: number, recipient: number, sequence: number): number {
    return this.#change(shard, recipient, sequence, (state) => (state === DELIVERED ? null : DELIVERED))
  }

  /** Withdraws what is still open; returns the number of recipients for whom it was. */
  withdraw(shard: number, sequence: number, to: typeof REFUSED | typeof IN_DOUBT): number {
    let withdrawn = 0
    for (let recipient = 0; recipient < this.#recipients; recipient++)
      if (this.#change(shard, recipient, sequence, (state) => (state === OPEN ? to : null)) === OPEN)
        withdrawn++
    return withdrawn
  }

  /** Clears the states of the word in which a number lies; returns how many of them were open. */
  clear(shard: number, sequence: number): number {
    let open = 0
    for (let recipient = 0; recipient < this.#recipients; recipient++) {
      const states = Atomics.exchange(this.#words, this.#wordOf(shard, recipient, sequence), 0)
      for (let i = 0; i < MESSAGES_PER_WORD; i++) if (((states >>> (2 * i)) & STATE_MASK) === OPEN) open++
    }
    return open
  }

  /** @param next returns the new state, null for none @returns the state before */
  #change(
    shard: number,
    recipient: number,
    sequence: number,
    next: (state: number) => number | null,
  ): number {
    const word = this.#wordOf(shard, recipient, sequence)
    const shift = 2 * (sequence % MESSAGES_PER_WORD)
    let seen = Atomics.load(this.#words, word)
    for (;;) {
      const state = (seen >>> shift) & STATE_MASK
      const changed = next(state)
      if (changed === null) return state
      const wanted = (seen & ~(STATE_MASK << shift)) | (changed << shift)
      const found = Atomics.compareExchange(this.#words, word, seen, wanted)
      if (found === seen) return state
      seen = found
    }
  }

  #wordOf(shard: number, recipient: number, sequence: number): number {
    const place = (sequence & this.#mask) >>> 4
    return (shard * this.#recipients + recipient) * this.#wordsEach + place
  }
}
