/**
 * Histogram cells of the hot path: HDR layout counts in shared memory, written by one shard, read by its coordinator.
 * The shard only ever adds; the reader subtracts what it read last time. So a snapshot costs the shard nothing, a stuck
 * or dead shard can still be read, and the sum of all snapshots is what was recorded. Recording a value takes about 17 ns.
 *
 * A cell is a head and a directory; its counts are in pages of `PAGE_BUCKETS`, allocated from chunks of the shard when a
 * value first falls into them. A cell uses only the memory its values need, some 10 KB, not the 94 KB of the whole layout.
 */
import {
  bucketOf,
  HIGHEST_US,
  LOWEST_US,
  PAGE_BITS,
  PAGE_BUCKETS,
  PAGE_COUNT,
  type SparseCounts,
} from '../base/histogram.ts'

/** A chunk is 65,536 counts, 256 KiB. Places are numbered through all chunks. */
const CHUNK_BITS = 16
const CHUNK_COUNTS = 1 << CHUNK_BITS
/** The mark of a missing page in a directory; no page begins at place 0. */
const NO_PAGE = 0

const HEAD_FIELDS = 3
const TOTAL = 0
const SUM_US = 1
const OVERFLOW = 2

/** Bounds whose exceedances are counted exactly, because they cannot be derived from buckets later. */
export type BoundsUs = readonly number[]

const NO_BOUNDS: BoundsUs = []

/** Allocates pages for the cells of a shard; the shard's end of the memory. */
export class PageAllocator {
  readonly chunks: Uint32Array[] = []
  readonly #announce: (chunk: SharedArrayBuffer) => void
  #next = NO_PAGE + PAGE_BUCKETS

  /** @param announce called for every new chunk before a page of it is used */
  constructor(announce: (chunk: SharedArrayBuffer) => void) {
    this.#announce = announce
  }

  /** Returns the place where a page of zeroes begins. */
  take(): number {
    const page = this.#next
    this.#next += PAGE_BUCKETS
    if (page >>> CHUNK_BITS === this.chunks.length) {
      const chunk = new SharedArrayBuffer(CHUNK_COUNTS * Uint32Array.BYTES_PER_ELEMENT)
      this.#announce(chunk)
      this.chunks.push(new Uint32Array(chunk))
    }
    return page
  }
}

/** Reads the same memory; the coordinator's end, with the counts read so far. */
export class PageMemory {
  readonly #chunks: Uint32Array[] = []
  readonly #seen: Uint32Array[] = []

  /** Adds a chunk, in the order of the announcements. */
  add(chunk: SharedArrayBuffer): void {
    const counts = new Uint32Array(chunk)
    this.#chunks.push(counts)
    this.#seen.push(new Uint32Array(counts.length))
  }

  /** Returns true once the chunk of a page has been announced; its message may still be on the way. */
  has(page: number): boolean {
    return page >>> CHUNK_BITS < this.#chunks.length
  }

  /**
   * Appends the gains of the buckets of a page: bucket, count. A 32-bit count that wrapped around still gives the right
   * difference.
   */
  takeGain(page: number, firstBucket: number, gains: number[]): void {
    const counts = this.#chunks[page >>> CHUNK_BITS] as Uint32Array
    const seen = this.#seen[page >>> CHUNK_BITS] as Uint32Array
    const from = page & (CHUNK_COUNTS - 1)
    for (let i = 0; i < PAGE_BUCKETS; i++) {
      const now = counts[from + i] as number
      const before = seen[from + i] as number
      if (now === before) continue
      gains.push(firstBucket + i, (now - before) >>> 0)
      seen[from + i] = now
    }
  }
}

/** Allocates the shared memory of one cell: its head and its directory, the place of the page of each `PAGE_BUCKETS` buckets. */
export function allocateCell(boundsUs: BoundsUs = NO_BOUNDS): SharedArrayBuffer {
  return new SharedArrayBuffer(headBytes(boundsUs) + PAGE_COUNT * Uint32Array.BYTES_PER_ELEMENT)
}

function headBytes(boundsUs: BoundsUs): number {
  return (HEAD_FIELDS + boundsUs.length) * Float64Array.BYTES_PER_ELEMENT
}

/** Writes a cell. */
export class CellWriter {
  readonly #head: Float64Array
  readonly #pages: Uint32Array
  readonly #allocator: PageAllocator
  readonly #chunks: readonly Uint32Array[]
  readonly #boundsUs: BoundsUs
  readonly #lowest: number

  /** @param lowest the value that smaller ones are recorded as. Default: the shortest time. */
  constructor(
    buffer: SharedArrayBuffer,
    allocator: PageAllocator,
    boundsUs: BoundsUs = NO_BOUNDS,
    lowest: number = LOWEST_US,
  ) {
    this.#head = new Float64Array(buffer, 0, HEAD_FIELDS + boundsUs.length)
    this.#pages = new Uint32Array(buffer, headBytes(boundsUs), PAGE_COUNT)
    this.#allocator = allocator
    this.#lowest = lowest
    this.#chunks = allocator.chunks
    this.#boundsUs = boundsUs
  }

  /** Counts one duration in integer microseconds; clamped to the range, overflow counted. */
  record(valueUs: number): void {
    const head = this.#head
    let clampedUs = valueUs
    if (valueUs < this.#lowest) clampedUs = this.#lowest
    else if (valueUs > HIGHEST_US) {
      clampedUs = HIGHEST_US
      head[OVERFLOW] = (head[OVERFLOW] as number) + 1
    }
    const bucket = bucketOf(clampedUs)
    const page = (this.#pages[bucket >> PAGE_BITS] as number) || this.#takePage(bucket >> PAGE_BITS)
    const chunk = this.#chunks[page >>> CHUNK_BITS] as Uint32Array
    const at = (page & (CHUNK_COUNTS - 1)) | (bucket & (PAGE_BUCKETS - 1))
    chunk[at] = (chunk[at] as number) + 1
    head[SUM_US] = (head[SUM_US] as number) + valueUs
    head[TOTAL] = (head[TOTAL] as number) + 1
    const bounds = this.#boundsUs
    for (let i = 0; i < bounds.length; i++)
      if (valueUs > (bounds[i] as number)) head[HEAD_FIELDS + i] = (head[HEAD_FIELDS + i] as number) + 1
  }

  #takePage(entry: number): number {
    const page = this.#allocator.take()
    this.#pages[entry] = page
    return page
  }
}

/** The gain of a cell since it was last read. */
export interface CellGain {
  readonly counts: SparseCounts
  readonly sumUs: number
  readonly overflowCount: number
  /** The number of values above each bound, in the order of the bounds. */
  readonly overBounds: readonly number[]
}

/** Reads a cell: gives what was added since the last call. */
export class CellReader {
  readonly #head: Float64Array
  readonly #pages: Uint32Array
  readonly #memory: PageMemory
  #seenTotal = 0
  #seenSumUs = 0
  #seenOverflow = 0
  readonly #seenOver: Float64Array

  constructor(buffer: SharedArrayBuffer, memory: PageMemory, boundsUs: BoundsUs = NO_BOUNDS) {
    this.#head = new Float64Array(buffer, 0, HEAD_FIELDS + boundsUs.length)
    this.#pages = new Uint32Array(buffer, headBytes(boundsUs), PAGE_COUNT)
    this.#memory = memory
    this.#seenOver = new Float64Array(boundsUs.length)
  }

  /** Returns the gain; null when nothing was added, or its page is not announced yet: it is then part of the next gain. */
  takeGain(): CellGain | null {
    const total = this.#head[TOTAL] as number
    if (total === this.#seenTotal) return null
    const pages = Uint32Array.from(this.#pages)
    if (!pages.every((page) => this.#memory.has(page))) return null
    const counts: number[] = []
    for (let entry = 0; entry < PAGE_COUNT; entry++) {
      const page = pages[entry] as number
      if (page !== NO_PAGE) this.#memory.takeGain(page, entry * PAGE_BUCKETS, counts)
    }
    const sumUs = this.#head[SUM_US] as number
    const overflow = this.#head[OVERFLOW] as number
    const gain = {
      counts,
      sumUs: sumUs - this.#seenSumUs,
      overflowCount: overflow - this.#seenOverflow,
      overBounds: this.#takeOver(),
    }
    this.#seenTotal = total
    this.#seenSumUs = sumUs
    this.#seenOverflow = overflow
    return gain
  }

  #takeOver(): number[] {
    return Array.from(this.#seenOver, (before, i) => {
      const now = this.#head[HEAD_FIELDS + i] as number
      this.#seenOver[i] = now
      return now - before
    })
  }
}
