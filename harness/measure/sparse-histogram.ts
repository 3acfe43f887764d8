/** A latency histogram for reading: the non-empty buckets of a finished sum. */
import { HIGHEST_US, highestOfBucket, lowestOfBucket, type SparseCounts } from '../base/histogram.ts'
import { decodeHdr, encodeHdr } from './hdr.ts'
import { countAbove, keysAt, sumOf, totalOf } from './sparse-counts.ts'

export class SparseHistogram {
  /** Alternating bucket, count; buckets rise. */
  readonly counts: SparseCounts
  readonly count: number

  constructor(counts: SparseCounts) {
    this.counts = counts
    this.count = totalOf(counts)
  }

  static sum(parts: readonly SparseCounts[]): SparseHistogram {
    return new SparseHistogram(sumOf(parts))
  }

  /** Decodes a text. @throws HarnessError RECORD_INVALID when the text is not an HDR V2 compressed histogram of this layout */
  static decode(hdr: string): SparseHistogram {
    return new SparseHistogram(decodeHdr(hdr))
  }

  /** Sums encoded histograms; null stands for an empty one. @throws HarnessError RECORD_INVALID */
  static decodeAll(encoded: Iterable<string | null>): SparseHistogram {
    return SparseHistogram.sum([...encoded].map((hdr) => (hdr === null ? [] : decodeHdr(hdr))))
  }

  /** The lowest value of the lowest bucket; 0 when empty. */
  get minUs(): number {
    return lowestOfBucket(this.counts[0] ?? 0)
  }

  /** The highest value of the highest bucket; 0 when empty. */
  get maxUs(): number {
    return this.quantileUs(1)
  }

  /** The sum, computed from the mid-points of the buckets. */
  get sumUs(): number {
    let sumUs = 0
    for (const [bucket, count] of this.buckets())
      sumUs += (count * (lowestOfBucket(bucket) + highestOfBucket(bucket))) / 2
    return sumUs
  }

  /** Returns the nearest-rank quantile (0 to 1) in microseconds, at the highest value of its bucket; 0 when empty. */
  quantileUs(quantile: number): number {
    return this.quantilesUs([quantile])[0] ?? 0
  }

  /** Returns rising quantiles in one pass; none when empty. */
  quantilesUs(quantiles: readonly number[]): number[] {
    if (this.count === 0) return []
    return keysAt(this.counts, quantiles, this.count).map(valueOfBucket)
  }

  /**
   * Returns the number of observations that may exceed the bound: those in the bucket of the bound count as over, unless the
   * bound is
   * the highest value of the bucket, so that a share "within" is never overstated.
   */
  countOver(boundUs: number): number {
    return countAbove(this.counts, boundUs, valueOfBucket)
  }

  /** Returns alternating highest value of a bucket, in microseconds, and its count. */
  valuesUs(): SparseCounts {
    return Array.from(this.counts, (each, i) => (i % 2 === 0 ? valueOfBucket(each) : each))
  }

  /** Yields the non-empty buckets in rising order. */
  *buckets(): Generator<readonly [bucket: number, count: number]> {
    for (let i = 0; i < this.counts.length; i += 2)
      yield [this.counts[i] as number, this.counts[i + 1] as number]
  }

  /** Encodes it as HDR V2 compressed base64, readable by every HdrHistogram port. */
  encode(): string {
    return encodeHdr(this.counts)
  }
}

function valueOfBucket(bucket: number): number {
  return Math.min(HIGHEST_US, highestOfBucket(bucket))
}
