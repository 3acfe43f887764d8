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

/** Bounds whose exceedances are counted exactly: inside a bucket they could not be recovered later. */
export type BoundsUs = readonly number[]

const NO_BOUNDS: BoundsUs = []

/** Shared memory of one cell. */
export function allocateCell(boundsUs: BoundsUs = NO_BOUNDS): SharedArrayBuffer {
  return new SharedArrayBuffer(headBytes(boundsUs) + BUCKET_COUNT * Uint32Array.BYTES_PER_ELEMENT)
}

function headBytes(boundsUs: BoundsUs): number {
  return (HEAD_FIELDS + boundsUs.length) * Float64Array.BYTES_PER_ELEMENT
}

/** The writing end. */
export class CellWriter {
  readonly #head: Float64Array
  readonly #counts: Uint32Array
  readonly #boundsUs: BoundsUs

  constructor(buffer: SharedArrayBuffer, boundsUs: BoundsUs = NO_BOUNDS) {
    this.#head = new Float64Array(buffer, 0, HEAD_FIELDS + boundsUs.length)
    this.#counts = new Uint32Array(buffer, headBytes(boundsUs), BUCKET_COUNT)
    this.#boundsUs = boundsUs
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
    const bounds = this.#boundsUs
    for (let i = 0; i < bounds.length; i++)
      if (valueUs > (bounds[i] as number)) head[HEAD_FIELDS + i] = (head[HEAD_FIELDS + i] as number) + 1
  }
}

/** What a cell gained since it was last read. */
export interface CellGain {
  readonly counts: SparseCounts
  readonly sumUs: number
  readonly overflowCount: number
  /** Longer than each bound, in the order of the bounds. */
  readonly overBounds: readonly number[]
}

/** The reading end: gives what was added since the last call. */
export class CellReader {
  readonly #head: Float64Array
  readonly #counts: Uint32Array
  readonly #seen = new Uint32Array(BUCKET_COUNT)
  #seenTotal = 0
  #seenSumUs = 0
  #seenOverflow = 0
  readonly #seenOver: Float64Array

  constructor(buffer: SharedArrayBuffer, boundsUs: BoundsUs = NO_BOUNDS) {
    this.#head = new Float64Array(buffer, 0, HEAD_FIELDS + boundsUs.length)
    this.#counts = new Uint32Array(buffer, headBytes(boundsUs), BUCKET_COUNT)
    this.#seenOver = new Float64Array(boundsUs.length)
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
