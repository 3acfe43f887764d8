/**
 * The layout of latency histograms: integer microseconds, 3 significant digits, 1 us to 1 h.
 *
 * The bucket layout is the one of HdrHistogram (lowest 1, highest 3.6e9, 3 digits: 23 ranges of 1,024 buckets):
 * a value v lies in range k = max(0, bits(v) - 11), bucket (k << 10) + (v >>> k). The hot path counts into typed
 * arrays of this layout (`engine/cells.ts`); their sums are in `measure/`.
 */

/** The smallest and largest recordable value, microseconds. Values outside are clamped; above, also counted as overflow. */
export const LOWEST_US = 1
export const HIGHEST_US = 3_600_000_000

/** The number of buckets of the layout. */
export const BUCKET_COUNT = 23 * 1024

/** The number of neighbouring buckets that share a page, where memory is allocated on demand: six per cent of a doubling. */
export const PAGE_BUCKETS = 64
/** The right shift that turns a bucket into its page. */
export const PAGE_BITS = 31 - Math.clz32(PAGE_BUCKETS)
export const PAGE_COUNT = BUCKET_COUNT / PAGE_BUCKETS

/** Returns the bucket of an integer value in [LOWEST_US, HIGHEST_US]. */
export function bucketOf(valueUs: number): number {
  const range = 21 - Math.clz32(valueUs | 2047)
  return (range << 10) + (valueUs >>> range)
}

/** Returns the lowest value of a bucket, microseconds. */
export function lowestOfBucket(bucket: number): number {
  const range = Math.max(0, (bucket >> 10) - 1)
  return (bucket - (range << 10)) * 2 ** range
}

/** Returns the highest value of a bucket, microseconds. */
export function highestOfBucket(bucket: number): number {
  const range = Math.max(0, (bucket >> 10) - 1)
  return (bucket - (range << 10) + 1) * 2 ** range - 1
}

/** Counts of non-empty buckets, alternating bucket and count, with rising buckets. The wire form of one interval. */
export type SparseCounts = ArrayLike<number>
