/**
 * Arithmetic of sparse counts: alternating key and count, with rising keys. Keys are the buckets of a histogram, or values
 * themselves.
 */
import type { SparseCounts } from '../base/histogram.ts'

/** Adds up the counts of all keys. */
export function totalOf(counts: SparseCounts): number {
  let total = 0
  for (let i = 1; i < counts.length; i += 2) total += counts[i] as number
  return total
}

/** Adds up counts key by key, recursively by halves of the parts. */
export function sumOf(parts: readonly SparseCounts[]): SparseCounts {
  const [only = []] = parts
  if (parts.length < 2) return only
  const middle = parts.length >> 1
  return merged(sumOf(parts.slice(0, middle)), sumOf(parts.slice(middle)))
}

function merged(a: SparseCounts, b: SparseCounts): SparseCounts {
  if (a.length === 0) return b
  if (b.length === 0) return a
  const sum = new Float64Array(a.length + b.length)
  let length = 0
  let i = 0
  let j = 0
  for (; i < a.length || j < b.length; length += 2) {
    const left = a[i] ?? Number.POSITIVE_INFINITY
    const right = b[j] ?? Number.POSITIVE_INFINITY
    sum[length] = Math.min(left, right)
    sum[length + 1] = (left <= right ? (a[i + 1] as number) : 0) + (right <= left ? (b[j + 1] as number) : 0)
    if (left <= right) i += 2
    if (right <= left) j += 2
  }
  return sum.subarray(0, length)
}

/**
 * Returns the nearest rank of a quantile (0 to 1) in `total` values: 1 is the smallest. A product within a rounding error above a
 * whole number is that number.
 */
export function rankOf(quantile: number, total: number): number {
  return Math.min(total, Math.max(1, Math.ceil(quantile * total * (1 - 2 * Number.EPSILON))))
}

/** Returns the keys at rising quantiles (0 to 1), by nearest rank. The counts must not be empty. */
export function keysAt(
  counts: SparseCounts,
  quantiles: readonly number[],
  total = totalOf(counts),
): number[] {
  let at = 0
  let seen = counts[1] as number
  return quantiles.map((quantile) => {
    const rank = rankOf(quantile, total)
    while (seen < rank) {
      at += 2
      seen += counts[at + 1] as number
    }
    return counts[at] as number
  })
}

/** Adds up the counts of keys above a bound. @param valueAt returns the value of a key; it rises with the key */
export function countAbove(counts: SparseCounts, bound: number, valueAt = (key: number) => key): number {
  let above = 0
  for (let i = counts.length - 2; i >= 0 && valueAt(counts[i] as number) > bound; i -= 2)
    above += counts[i + 1] as number
  return above
}
