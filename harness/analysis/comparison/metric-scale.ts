/** Between a metric and the scale it is compared on: logarithms, and the arcsine of the error ratio (STATS section 4.1). */
import { isSearchMetric, type TrendMetric } from '../../model/history.ts'
import type { ComparedMetric, ScaledFigure } from '../../model/run-summary.ts'

/** The margin on the scale of the metric. */
export function deltaOf(metric: ComparedMetric, margin: number, baselineRatio: number): number {
  if (metric !== 'error_ratio') return Math.log(1 + margin)
  return (
    2 * Math.asin(Math.sqrt(Math.min(1, baselineRatio + margin))) - 2 * Math.asin(Math.sqrt(baselineRatio))
  )
}

/** Converts a difference on the scale to a change: exp(theta) - 1, or a difference of the error ratio itself. */
export function changeOf(metric: TrendMetric, theta: number, baselineRatio: number): number {
  if (metric !== 'error_ratio') return Math.exp(theta) - 1
  const angle = Math.asin(Math.sqrt(baselineRatio)) + theta / 2
  return Math.sin(Math.min(Math.PI / 2, Math.max(0, angle))) ** 2 - baselineRatio
}

/** The error ratio that a figure on the scale stands for. */
export function errorRatioAt(y: number): number {
  return Math.sin(y / 2) ** 2
}

/** A figure of the scale as people have it: ms, requests a second, agents, or a ratio. */
export function valueAt(
  metric: TrendMetric,
  y: number,
): { readonly value: number; readonly unit: 'ms' | '1/s' | 'ratio' | 'count' } {
  if (metric === 'capacity_agents' || metric === 'safe_agents') return { value: Math.exp(-y), unit: 'count' }
  if (metric === 'throughput' || isSearchMetric(metric)) return { value: Math.exp(-y), unit: '1/s' }
  if (metric === 'error_ratio') return { value: errorRatioAt(y), unit: 'ratio' }
  return { value: toMs({ y }), unit: 'ms' }
}

/** Returns the milliseconds that a figure of a quantile stands for. */
export function toMs({ y }: Pick<ScaledFigure, 'y'>): number {
  return Math.exp(y) / 1000
}
