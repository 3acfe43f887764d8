/** Response times as bars whose widths grow with the time. */
import { highestOfBucket, lowestOfBucket } from '../base/histogram.ts'
import type { LatencyBar } from '../model/live-view.ts'
import type { SparseHistogram } from './sparse-histogram.ts'

const BARS = 11

/** Bars of equal ratio from the fastest to the slowest; empty when there is nothing to show. */
export function barsOf(histogram: SparseHistogram): LatencyBar[] {
  if (histogram.count === 0) return []
  const fromUs = Math.max(1, histogram.minUs)
  const growth = Math.max(1.05, (histogram.maxUs + 1) / fromUs) ** (1 / BARS)
  const edges = Array.from({ length: BARS + 1 }, (_, i) => fromUs * growth ** i)
  const counts = Array.from({ length: BARS }, () => 0)
  for (const [bucket, count] of histogram.buckets()) {
    const middleUs = (lowestOfBucket(bucket) + highestOfBucket(bucket)) / 2
    const bar = Math.floor(Math.log(middleUs / fromUs) / Math.log(growth))
    const within = Math.min(BARS - 1, Math.max(0, bar))
    counts[within] = (counts[within] as number) + count
  }
  return counts.map((count, i) => ({
    fromMs: (edges[i] as number) / 1000,
    toMs: (edges[i + 1] as number) / 1000,
    count,
  }))
}
