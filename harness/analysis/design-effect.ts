/**
 * The design effect: the factor by which a sample is worth less because neighbouring requests share their seconds (STATS section
 * 4.1). From the interval series of exceedances e_i of n_i: Z_i = e_i - pi n_i; the long-run variance of sum Z over what
 * independent requests would have, never below 1. 60,000 requests may be worth 1,100.
 */
import { mean, sum } from 'simple-statistics'

/** Long-run variance of the sum of a series: the larger of an AR(1) and a batch-means estimate. */
export function longRunVariance(z: readonly number[]): number {
  const intervals = z.length
  if (intervals < 2) return 0
  const centre = mean([...z])
  const v0 = sum(z.map((value) => (value - centre) ** 2))
  if (v0 === 0) return 0
  const lagged = sum(z.slice(1).map((value, i) => (value - centre) * ((z[i] as number) - centre)))
  const raw = lagged / v0
  const r = Math.min(0.95, Math.max(0, raw + (1 + 3 * raw) / intervals))
  const autoregressive = ((intervals / (intervals - 1)) * v0 * (1 + r)) / (1 - r)
  return Math.max(autoregressive, batchVariance(z, centre))
}

function batchVariance(z: readonly number[], centre: number): number {
  const batches = Math.min(10, Math.floor(z.length / 2))
  if (batches < 4) return 0
  const sums = new Array<number>(batches).fill(0)
  z.forEach((value, i) => {
    const batch = Math.min(batches - 1, Math.floor((i * batches) / z.length))
    sums[batch] = (sums[batch] as number) + value - centre
  })
  return (batches / (batches - 1)) * sum(sums.map((value) => value * value))
}

/** Exceedances and requests of one interval. */
export interface Exceedances {
  readonly over: number
  readonly total: number
}

/** Variance inflation of the share of exceedances over independent requests; 1 when nothing can be told. */
export function designEffect(series: readonly Exceedances[]): number {
  const total = sum(series.map((interval) => interval.total))
  const share = total === 0 ? 0 : sum(series.map((interval) => interval.over)) / total
  const independent = total * share * (1 - share)
  if (independent === 0) return 1
  return Math.max(1, longRunVariance(series.map(({ over, total: n }) => over - share * n)) / independent)
}
