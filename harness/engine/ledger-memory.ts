/**
 * The shared memory of a message ledger: for every message and recipient two bits that say what became of it, the next number of
 * each publishing shard, and the counters of each shard. Memory is bounded however many messages there are: the bits of a
 * number are used again `capacity` numbers later, and whatever was still expected by then is lost.
 */
import { MESSAGE_COLUMNS, type MessageChannel, type MessageCounts } from '../model/message-counts.ts'
import { allocateNameTable } from './name-table.ts'

/** States of a word of the memory; 16 messages share one. */
export const MESSAGES_PER_WORD = 16
/** Numbers that a shard may have out at once in all: 2 bits each, 4 MiB. */
const CAPACITY_MAX = 2 ** 24
const CAPACITY_MIN = 2 ** 12

/** The shared memory of one target's channel. */
export interface LedgerMemory {
  readonly channel: MessageChannel
  readonly shardCount: number
  /** The messages whose states are kept, of each shard for each recipient; a power of 2. */
  readonly capacity: number
  /** The number of the first message of each shard; a multiple of `MESSAGES_PER_WORD`. */
  readonly firstSequence: number
  readonly states: SharedArrayBuffer
  /** Int32: the next number of each shard, then the number of shards that publish no more. */
  readonly heads: SharedArrayBuffer
  /** Float64: the counters of each shard. */
  readonly counters: readonly SharedArrayBuffer[]
  /** The names of the steps of each shard. */
  readonly steps: readonly SharedArrayBuffer[]
}

/** Sizes of a ledger that tests choose. */
export interface LedgerSizes {
  readonly capacity?: number
  readonly firstSequence?: number
}

/** Returns the number of recipients that each message has. */
export function recipientsOf({ mode, subscribers }: MessageChannel): number {
  return mode === 'once' ? 1 : subscribers
}

export function allocateLedger(
  channel: MessageChannel,
  shardCount: number,
  sizes: LedgerSizes = {},
): LedgerMemory {
  const recipients = Math.max(1, recipientsOf(channel))
  const fitting = 2 ** Math.floor(Math.log2(CAPACITY_MAX / recipients))
  const { capacity = Math.max(CAPACITY_MIN, fitting), firstSequence = 0 } = sizes
  const words = (shardCount * recipients * capacity) / MESSAGES_PER_WORD
  const heads = new SharedArrayBuffer((shardCount + 1) * Int32Array.BYTES_PER_ELEMENT)
  new Int32Array(heads).fill(firstSequence, 0, shardCount)
  const ofEachShard = (make: () => SharedArrayBuffer) => Array.from({ length: shardCount }, make)
  return {
    channel,
    shardCount,
    capacity,
    firstSequence,
    states: new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT),
    heads,
    counters: ofEachShard(
      () => new SharedArrayBuffer(MESSAGE_COLUMNS.length * Float64Array.BYTES_PER_ELEMENT),
    ),
    steps: ofEachShard(allocateNameTable),
  }
}

/** Returns the counts of columns as they stand in memory. */
export function messageCountsOf(columns: Float64Array): Omit<MessageCounts, 'target'> {
  return Object.fromEntries(MESSAGE_COLUMNS.map((name, column) => [name, columns[column] as number])) as Omit<
    MessageCounts,
    'target'
  >
}
