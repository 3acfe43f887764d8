/** Latencies for property tests, and what a sorted list says about them. */
import fc from 'fast-check'
import { bucketOf, HIGHEST_US, highestOfBucket } from '../../harness/base/histogram.ts'
import { DenseHistogram } from '../../harness/measure/dense-histogram.ts'
import type { SparseHistogram } from '../../harness/measure/sparse-histogram.ts'

/** Every order of magnitude as likely as the next. */
export const anyUs = fc
  .double({ min: 0, max: Math.log(HIGHEST_US), noNaN: true })
  .map((log) => Math.min(HIGHEST_US, Math.round(Math.exp(log))))

export const anyValuesUs = fc.array(anyUs, { maxLength: 400 })

export function histogramOf(valuesUs: readonly number[], times = 1): SparseHistogram {
  const histogram = new DenseHistogram()
  for (const valueUs of valuesUs) histogram.record(valueUs, times)
  return histogram.sparse()
}

export function histogramOfMs(valuesMs: readonly number[], times = 1): SparseHistogram {
  return histogramOf(
    valuesMs.map((ms) => ms * 1000),
    times,
  )
}

/** The reference: each value as the highest of its bucket, sorted. */
export function sortedUs(valuesUs: readonly number[]): number[] {
  return valuesUs.map((us) => Math.min(HIGHEST_US, highestOfBucket(bucketOf(us)))).sort((a, b) => a - b)
}

/** Counts of a list of keys, by sorting it. */
export function countsOf(keys: readonly number[]): number[] {
  const distinct = [...new Set(keys)].sort((a, b) => a - b)
  return distinct.flatMap((key) => [key, keys.filter((other) => other === key).length])
}
