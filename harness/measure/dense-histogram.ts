/** A latency histogram to add to: an array by bucket that grows to the slowest value, so that adding costs nothing but the sum. */
import { BUCKET_COUNT, bucketOf, HIGHEST_US, LOWEST_US, type SparseCounts } from '../base/histogram.ts'
import { totalOf } from './sparse-counts.ts'
import { SparseHistogram } from './sparse-histogram.ts'

/** Buckets at first: values to 2 ms. */
const SIZE_MIN = 2_048

export class DenseHistogram {
  #counts = new Float64Array(SIZE_MIN)
  #count = 0
  /** Buckets from here on are empty. */
  #end = 0

  /** Observations so far. */
  get count(): number {
    return this.#count
  }

  /** Records `count` observations of a duration; rounds, and clamps to the range of the layout. */
  record(valueUs: number, count = 1): void {
    const bucket = bucketOf(Math.min(HIGHEST_US, Math.max(LOWEST_US, Math.round(valueUs))))
    this.#reserve(bucket)
    this.#counts[bucket] = (this.#counts[bucket] as number) + count
    this.#count += count
  }

  add(counts: SparseCounts): void {
    if (counts.length === 0) return
    this.#reserve(counts[counts.length - 2] as number)
    this.#count += totalOf(counts)
    const sums = this.#counts
    for (let i = 0; i < counts.length; i += 2) {
      const bucket = counts[i] as number
      sums[bucket] = (sums[bucket] as number) + (counts[i + 1] as number)
    }
  }

  /** The sum so far, to read. */
  sparse(): SparseHistogram {
    const sparse: number[] = []
    for (let bucket = 0; bucket < this.#end; bucket++) {
      const count = this.#counts[bucket] as number
      if (count !== 0) sparse.push(bucket, count)
    }
    return new SparseHistogram(sparse)
  }

  #reserve(bucket: number): void {
    if (bucket < this.#end) return
    this.#end = bucket + 1
    if (this.#end <= this.#counts.length) return
    const grown = new Float64Array(Math.min(BUCKET_COUNT, Math.max(this.#end, 2 * this.#counts.length)))
    grown.set(this.#counts)
    this.#counts = grown
  }
}
