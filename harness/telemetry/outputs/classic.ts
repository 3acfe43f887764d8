/**
 * Histograms with bounds, for receivers that have no others. The bounds of objectives are among them and counted exactly, so that the
 * share below one is that of the verdict, to the request.
 */

import { highestOfBucket } from '../../base/histogram.ts'
import { lookUp } from '../../base/names.ts'
import type { HistogramTotals, MetricFamily } from '../../model/metric-point.ts'

/** By unit of the family; rising. */
const BOUNDS: Readonly<Record<string, readonly number[]>> = {
  s: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  By: [256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864],
}
const COUNT_BOUNDS: readonly number[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000,
]

/** The number of bounds of times: what a series budget counts with. */
export const TIME_BOUND_COUNT = 15

/** Values up to a bound, and how many there are. */
export interface ClassicBucket {
  readonly bound: number
  readonly count: number
}

/**
 * Counts up to each bound, which rises; without the last bucket, which holds all. At bounds of no objective only buckets of ours that lie
 * below as a whole count: what is at most a bound is never overstated.
 */
export function classicOf({ unit }: Pick<MetricFamily, 'unit'>, histogram: HistogramTotals): ClassicBucket[] {
  const { counts, count: total, over, recordedPer } = histogram
  const exact = new Map(over.map(([bound, above]) => [bound, total - above]))
  const bounds = [...new Set([...(lookUp(BOUNDS, unit) ?? COUNT_BOUNDS), ...exact.keys()])].sort(
    (a, b) => a - b,
  )
  let at = 0
  let below = 0
  let most = 0
  return bounds.map((bound) => {
    const recorded = bound * recordedPer
    // A product of two numbers with decimals may be a rounding error below the whole number that it is.
    while (at < counts.length && highestOfBucket(counts[at] as number) <= recorded * (1 + 1e-12)) {
      below += counts[at + 1] as number
      at += 2
    }
    most = Math.max(most, exact.get(bound) ?? below)
    return { bound, count: most }
  })
}
