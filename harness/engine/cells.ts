/**
 * Histogram cells of the hot path: HDR layout counts in shared memory, written by one shard, read by its coordinator.
 * The shard only ever adds; the reader subtracts what it saw last time. So a snapshot costs the shard nothing, a stuck
 * or dead shard can still be read, and the sum of all snapshots is what was recorded (ENGINE section 2: 17 ns a record).
 */
import { BUCKET_COUNT, bucketOf, HIGHEST_US, LOWEST_US, type SparseCounts } from '../base/histogram.ts'

const HEAD_FIELDS = 3
const TOTAL = 0
const SUM_US = 1
const OVERFLOW = 2
const HEAD_BYTES = HEAD_FIELDS * Float64Array.BYTES_PER_ELEMENT

/** Shared memory of one cell. */
export function allocateCell(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEAD_BYTES + BUCKET_COUNT * Uint32Array.BYTES_PER_ELEMENT)
}

/** The writing end. */
export class CellWriter {
  readonly #head: Float64Array
  readonly #counts: Uint32Array

  constructor(buffer: SharedArrayBuffer) {
    this.#head = new Float64Array(buffer, 0, HEAD_FIELDS)
    this.#counts = new Uint32Array(buffer, HEAD_BYTES, BUCKET_COUNT)
  }

  /** Counts one duration in integer microseconds; clamped to the range, overflow counted. */
  record(valueUs: number): void {
    const head = this.#head
    let clampedUs = valueUs
    if (valueUs < LOWEST_US) clampedUs = LOWEST_US
    else if (valueUs > HIGHEST_US) {
      clampedUs = HIGHEST_US
      head[OVERFLOW] = (head[OVERFLOW] as number) + 1
    }
    const bucket = bucketOf(clampedUs)
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1
    head[SUM_US] = (head[SUM_US] as number) + valueUs
    head[TOTAL] = (head[TOTAL] as number) + 1
  }
}

/** What a cell gained since it was last read. */
export interface CellGain {
  readonly counts: SparseCounts
  readonly sumUs: number
  readonly overflowCount: number
}

/** The reading end: gives what was added since the last call. */
export class CellReader {
  readonly #head: Float64Array
  readonly #counts: Uint32Array
  readonly #seen = new Uint32Array(BUCKET_COUNT)
  #seenTotal = 0
  #seenSumUs = 0
  #seenOverflow = 0

  constructor(buffer: SharedArrayBuffer) {
    this.#head = new Float64Array(buffer, 0, HEAD_FIELDS)
    this.#counts = new Uint32Array(buffer, HEAD_BYTES, BUCKET_COUNT)
  }

  /** Null when nothing was added. A 32-bit bucket that wrapped around still gives the right difference. */
  takeGain(): CellGain | null {
    const total = this.#head[TOTAL] as number
    if (total === this.#seenTotal) return null
    const counts: number[] = []
    for (let bucket = 0; bucket < BUCKET_COUNT; bucket++) {
      const now = this.#counts[bucket] as number
      const before = this.#seen[bucket] as number
      if (now === before) continue
      counts.push(bucket, (now - before) >>> 0)
      this.#seen[bucket] = now
    }
    const sumUs = this.#head[SUM_US] as number
    const overflow = this.#head[OVERFLOW] as number
    const gain = { counts, sumUs: sumUs - this.#seenSumUs, overflowCount: overflow - this.#seenOverflow }
    this.#seenTotal = total
    this.#seenSumUs = sumUs
    this.#seenOverflow = overflow
    return gain
  }
}
