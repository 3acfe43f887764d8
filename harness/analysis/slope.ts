/** The slope of a series of figures: the median of all pairwise slopes (Theil-Sen), which single points do not move. */
import { median } from 'simple-statistics'

export type Point = readonly [atMs: number, value: number]

const POINTS_MAX = 300

/** Null for fewer than three points. */
export function slopePerMs(series: readonly Point[]): number | null {
  const stride = Math.ceil(series.length / POINTS_MAX)
  const points = series.filter((_, i) => i % stride === 0)
  if (points.length < 3) return null
  const slopes: number[] = []
  points.forEach(([atMs, value], i) => {
    for (const [laterMs, later] of points.slice(i + 1)) slopes.push((later - value) / (laterMs - atMs))
  })
  return median(slopes)
}
