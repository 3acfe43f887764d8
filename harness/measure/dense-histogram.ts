/**
 * A latency histogram for adding. Its counts are in pages that are allocated when a value first falls into them, so adding
 * costs no more than the sum, and memory depends on the values, some 10 KB: a run has thousands of these.
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
import { SparseHistogram } from './sparse-histogram.ts'

const PAGES_AT_FIRST = 4

export class DenseHistogram {
  /** The number of each page of the layout in `#counts`; 0 for none. */
  readonly #pages = new Uint16Array(PAGE_COUNT)
  #counts = new Float64Array(PAGES_AT_FIRST * PAGE_BUCKETS)
  /** The number of pages in use; page 0 is reserved. */
  #taken = 1
  #count = 0

  /** The number of observations so far. */
  get count(): number {
    return this.#count
  }

  /** Records `count` observations of a duration; rounds, and clamps to the range of the layout. */
  record(valueUs: number, count = 1): void {
    this.add([bucketOf(Math.min(HIGHEST_US, Math.max(LOWEST_US, Math.round(valueUs)))), count])
  }

  add(counts: SparseCounts): void {
    let total = 0
    for (let i = 0; i < counts.length; i += 2) {
      const bucket = counts[i] as number
      const count = counts[i + 1] as number
      const page = (this.#pages[bucket >> PAGE_BITS] as number) || this.#takePage(bucket >> PAGE_BITS)
      const at = (page << PAGE_BITS) | (bucket & (PAGE_BUCKETS - 1))
      this.#counts[at] = (this.#counts[at] as number) + count
      total += count
    }
    this.#count += total
  }

  /** Returns the sum so far, for reading. */
  sparse(): SparseHistogram {
    const sparse: number[] = []
    for (let entry = 0; entry < PAGE_COUNT; entry++) {
      const page = this.#pages[entry] as number
      if (page === 0) continue
      for (let i = 0; i < PAGE_BUCKETS; i++) {
        const count = this.#counts[(page << PAGE_BITS) | i] as number
        if (count !== 0) sparse.push((entry << PAGE_BITS) | i, count)
      }
    }
    return new SparseHistogram(sparse)
  }

  #takePage(entry: number): number {
    const page = this.#taken++
    if (this.#taken * PAGE_BUCKETS > this.#counts.length) {
      const grown = new Float64Array(2 * this.#counts.length)
      grown.set(this.#counts)
      this.#counts = grown
    }
    this.#pages[entry] = page
    return page
  }
}
