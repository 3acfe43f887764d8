/**
 * The ledger of the messages of one target, as one shard writes it: published = delivered + lost + in doubt, exactly, whichever
 * shard publishes, delivers or withdraws. What becomes of a message is two bits in shared memory that change by
 * compare-and-exchange, so that exactly one shard counts each change, in counters that only it writes.
 *
 * A delivery is timed for the step that published it, in the phase of its intended instant: `delivery_time` from the instant at
 * which the plan wanted it, `transit_time` from the one at which it was sent. A time below zero is a fault of the clocks and is
 * never repaired: it is counted and left out.
 */
import { type Clock, sleep } from '../base/clock.ts'
import { OTHER_NAMES } from '../model/interval-snapshot.ts'
import { MEASURES } from '../model/measures.ts'
import { MESSAGE_COLUMNS, pendingOf } from '../model/message-counts.ts'
import type { Delivery, DeliveryChannel, TargetEvents } from '../ports/target.ts'
import { type LedgerMemory, MESSAGES_PER_WORD, messageCountsOf, recipientsOf } from './ledger-memory.ts'
import {
  MESSAGE_HEADER_BYTES,
  type MessageHeader,
  readMessageHeader,
  runNumberOf,
  writeMessageHeader,
} from './message-header.ts'
import { DELIVERED, IN_DOUBT, MessageStates, REFUSED } from './message-states.ts'
import { NameTable } from './name-table.ts'
import { count } from './shard-memory.ts'

/** Messages this close to the end of the memory are given up: their states may be cleared at any moment. */
const GUARD = 64
/** Greater distances are of numbers that were never given out. */
const DISTANCE_MAX = 2 ** 31
const POLL_MS = 5

const COLUMN = Object.fromEntries(MESSAGE_COLUMNS.map((name, column) => [name, column])) as Readonly<
  Record<(typeof MESSAGE_COLUMNS)[number], number>
>

/** The parts of a shard that its channel needs. */
export interface ChannelParts {
  readonly memory: LedgerMemory
  readonly runId: string
  readonly shard: number
  readonly clock: Clock
  readonly events: TargetEvents
}

export class LedgerChannel implements DeliveryChannel {
  readonly header = new Uint8Array(MESSAGE_HEADER_BYTES)
  readonly #headerView = new DataView(this.header.buffer)
  readonly #parts: ChannelParts
  readonly #run: number
  readonly #recipients: number
  readonly #states: MessageStates
  readonly #heads: Int32Array
  readonly #counters: readonly Float64Array[]
  readonly #own: Float64Array
  readonly #steps: readonly NameTable[]
  /** The highest number seen, by subscriber, publishing shard and connection. */
  readonly #highest = new Map<string, number>()
  readonly #out: MessageHeader
  readonly #in: MessageHeader
  #published = 0
  #hasEnded = false

  constructor(parts: ChannelParts) {
    const { memory, runId, shard } = parts
    this.#parts = parts
    this.#run = runNumberOf(runId)
    this.#recipients = recipientsOf(memory.channel)
    this.#states = new MessageStates(memory)
    this.#heads = new Int32Array(memory.heads)
    this.#counters = memory.counters.map((buffer) => new Float64Array(buffer))
    this.#own = this.#counters[shard] as Float64Array
    this.#steps = memory.steps.map((buffer) => new NameTable(buffer))
    this.#out = {
      run: this.#run,
      connection: 0,
      shard,
      step: 0,
      sequence: 0,
      intendedMachineMs: 0,
      sentMachineMs: 0,
    }
    this.#in = { ...this.#out }
  }

  publish(step: string, connection: number, intendedMs: number, sentMs: number): number {
    const { shard, clock, memory } = this.#parts
    const sequence = Atomics.load(this.#heads, shard) >>> 0
    if (sequence % MESSAGES_PER_WORD === 0) {
      const open = this.#states.clear(shard, sequence)
      if (this.#published >= memory.capacity) count(this.#own, COLUMN.expired, open)
    }
    this.#published++
    const out = this.#out
    out.connection = connection
    out.step = (this.#steps[shard] as NameTable).numberOf(step)
    out.sequence = sequence
    out.intendedMachineMs = intendedMs + clock.epochMs
    out.sentMachineMs = sentMs + clock.epochMs
    writeMessageHeader(this.#headerView, out)
    count(this.#own, COLUMN.issued, this.#recipients)
    Atomics.store(this.#heads, shard, (sequence + 1) | 0)
    return sequence
  }

  withdraw(sequence: number, why: 'refused' | 'in-doubt'): void {
    const { shard } = this.#parts
    if (this.#isGone(this.#distanceOf(shard, sequence))) return
    if (why === 'refused') count(this.#own, COLUMN.refused, this.#states.withdraw(shard, sequence, REFUSED))
    else count(this.#own, COLUMN.inDoubt, this.#states.withdraw(shard, sequence, IN_DOUBT))
  }

  deliver(header: Uint8Array, subscriber: number, receivedMs: number): Delivery {
    const seen = this.#in
    if (!this.#isOurs(header, seen)) {
      count(this.#own, COLUMN.foreign)
      return 'foreign'
    }
    if (this.#isGone(this.#distanceOf(seen.shard, seen.sequence))) {
      count(this.#own, COLUMN.late)
      return 'late'
    }
    const recipient = this.#parts.memory.channel.mode === 'once' ? 0 : subscriber
    const before = this.#states.deliver(seen.shard, recipient, seen.sequence)
    if (before === DELIVERED) {
      count(this.#own, COLUMN.duplicates)
      return 'again'
    }
    if (before === REFUSED) count(this.#own, COLUMN.refused, -1)
    if (before === IN_DOUBT) count(this.#own, COLUMN.inDoubt, -1)
    count(this.#own, COLUMN.delivered)
    this.#judgeOrder(seen, subscriber)
    this.#time(seen, receivedMs)
    return 'first'
  }

  pending(): number {
    return this.#counters.reduce((sum, columns) => sum + pendingOf(messageCountsOf(columns)), 0)
  }

  async drained(deadlineMs: number): Promise<void> {
    const { clock, memory } = this.#parts
    if (!this.#hasEnded) Atomics.add(this.#heads, memory.shardCount, 1)
    this.#hasEnded = true
    while (!this.#isDrained() && clock.nowMs() < deadlineMs) await sleep(clock, POLL_MS)
  }

  /** Tells whether no shard publishes any more and everything has arrived. */
  #isDrained(): boolean {
    const { shardCount } = this.#parts.memory
    return Atomics.load(this.#heads, shardCount) === shardCount && this.pending() === 0
  }

  #isOurs(header: Uint8Array, into: MessageHeader): boolean {
    if (!readMessageHeader(header, into)) return false
    if (into.run !== this.#run || into.shard >= this.#parts.memory.shardCount) return false
    const distance = this.#distanceOf(into.shard, into.sequence)
    return distance > 0 && distance < DISTANCE_MAX
  }

  /** Returns how many numbers a shard has given out since a number, that one included; numbers begin again after 2^32. */
  #distanceOf(shard: number, sequence: number): number {
    return (Atomics.load(this.#heads, shard) - sequence) >>> 0
  }

  #isGone(distance: number): boolean {
    return distance > this.#parts.memory.capacity - GUARD
  }

  #judgeOrder({ shard, connection, sequence }: MessageHeader, subscriber: number): void {
    const key = `${subscriber}.${shard}.${connection}`
    const highest = this.#highest.get(key)
    if (highest !== undefined && ((sequence - highest) | 0) < 0) count(this.#own, COLUMN.reordered)
    else this.#highest.set(key, sequence)
  }

  #time({ shard, step, intendedMachineMs, sentMachineMs }: MessageHeader, receivedMs: number): void {
    const { clock, events } = this.#parts
    const name = (this.#steps[shard] as NameTable).nameOf(step) ?? OTHER_NAMES
    const intendedMs = intendedMachineMs - clock.epochMs
    events.measure(name, MEASURES.messages_delivered, 1, intendedMs)
    const deliveryMs = receivedMs - intendedMs
    const transitMs = receivedMs + clock.epochMs - sentMachineMs
    if (deliveryMs < 0 || transitMs < 0) {
      count(this.#own, COLUMN.skewed)
      events.fault(name, 'protocol', 'clock_skew: a message arrived before it was sent; it is not timed')
      return
    }
    events.measure(name, MEASURES.delivery_time, deliveryMs, intendedMs)
    events.measure(name, MEASURES.transit_time, transitMs, intendedMs)
  }
}
