/**
 * Exponential histograms, as Prometheus (native histograms) and OpenTelemetry have them: buckets grow by the factor 2^(2^-schema),
 * 9.05 % with schema 3. A bucket of ours is at most 0.1 % wide and goes, by its middle, into one of these as a whole: a
 * quantile is off by at most the width of its bucket.
 */
import { highestOfBucket, lowestOfBucket, type SparseCounts } from '../../base/histogram.ts'
import type { HistogramTotals } from '../../model/metric-point.ts'

/** The schema of outputs that say nothing else. */
export const SCHEMA = 3

/** Counts by index: bucket i holds values above base^(i-1), up to base^i. */
export interface ExponentialBuckets {
  readonly schema: number
  /** Alternating index and count; indices rise. */
  readonly buckets: readonly number[]
}

/** Sorts counts into exponential buckets. */
export function exponentialOf(
  { counts, recordedPer }: Pick<HistogramTotals, 'counts' | 'recordedPer'>,
  schema = SCHEMA,
): ExponentialBuckets {
  const perDoubling = 2 ** schema
  const shift = Math.log2(recordedPer)
  const buckets: number[] = []
  for (let i = 0; i < counts.length; i += 2) {
    const index = Math.ceil((Math.log2(middleOf(counts[i] as number)) - shift) * perDoubling)
    const count = counts[i + 1] as number
    const last = buckets.length - 2
    if (buckets[last] === index) buckets[last + 1] = (buckets[last + 1] as number) + count
    else buckets.push(index, count)
  }
  return { schema, buckets }
}

/** Returns the value at the geometric middle of an exponential bucket. */
export function middleOfExponential(index: number, schema: number): number {
  return 2 ** ((index - 0.5) / 2 ** schema)
}

/** Returns the counts by index without gaps, from the first to the last. */
export function denseOf({ buckets }: ExponentialBuckets): {
  readonly first: number
  readonly counts: number[]
} {
  const first = buckets[0] ?? 0
  const last = buckets[buckets.length - 2] ?? first - 1
  const counts = new Array<number>(last - first + 1).fill(0)
  for (let i = 0; i < buckets.length; i += 2)
    counts[(buckets[i] as number) - first] = buckets[i + 1] as number
  return { first, counts }
}

function middleOf(bucket: SparseCounts[number]): number {
  return (lowestOfBucket(bucket) + highestOfBucket(bucket)) / 2
}
