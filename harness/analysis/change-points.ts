/**
 * Change points of a series by E-divisive means (Matteson and James, 2014) with a t-test for each split, as in Otava: the
 * explainer of a history, never a verdict (STATS section 11). A split at i of a stretch has
 *
 *   Q = n m / (n + m) (2 mean |x - y| - mean |x - x'| - mean |y - y'|)
 */
import { mean, sum } from 'simple-statistics'
import { tUpperTail } from './distributions.ts'

export interface ChangePoint {
  /** First point after the change. */
  readonly index: number
  readonly q: number
  /** Two-sided. */
  readonly p: number
  readonly before: number
  readonly after: number
}

const SIDE_MIN = 2

/** Change points in the order of the series. @param pMax how sure each has to be */
export function changePoints(series: readonly number[], pMax = 0.001): ChangePoint[] {
  const best = bestSplit(series)
  if (best === null || best.p > pMax) return []
  const left = changePoints(series.slice(0, best.index), pMax)
  const right = changePoints(series.slice(best.index), pMax)
  return [...left, best, ...right.map((found) => ({ ...found, index: found.index + best.index }))]
}

/** The split with the largest Q; null when the series is too short for one. */
export function bestSplit(series: readonly number[]): ChangePoint | null {
  let best: { index: number; q: number } | null = null
  for (let index = SIDE_MIN; index <= series.length - SIDE_MIN; index++) {
    const q = divergence(series.slice(0, index), series.slice(index))
    if (best === null || q > best.q) best = { index, q }
  }
  if (best === null) return null
  const [left, right] = [series.slice(0, best.index), series.slice(best.index)]
  return { ...best, p: differenceP(left, right), before: mean(left), after: mean(right) }
}

function divergence(x: readonly number[], y: readonly number[]): number {
  const between = mean(x.flatMap((a) => y.map((b) => Math.abs(a - b))))
  const weight = (x.length * y.length) / (x.length + y.length)
  return weight * (2 * between - meanDistance(x) - meanDistance(y))
}

function meanDistance(values: readonly number[]): number {
  const distances = values.flatMap((a, i) => values.slice(i + 1).map((b) => Math.abs(a - b)))
  return mean(distances)
}

/** Welch's t-test, two-sided. */
function differenceP(x: readonly number[], y: readonly number[]): number {
  const [vx, vy] = [meanVariance(x), meanVariance(y)]
  if (vx + vy === 0) return mean([...x]) === mean([...y]) ? 1 : 0
  const t = Math.abs(mean([...x]) - mean([...y])) / Math.sqrt(vx + vy)
  const df = (vx + vy) ** 2 / (vx ** 2 / (x.length - 1) + vy ** 2 / (y.length - 1))
  return 2 * tUpperTail(t, df)
}

/** Variance of the mean. */
function meanVariance(values: readonly number[]): number {
  const centre = mean([...values])
  return sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1) / values.length
}
