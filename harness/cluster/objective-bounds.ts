import type { MetricBounds } from '../engine/step-recorder.ts'
import { CELL_METRICS, type CellMetric } from '../model/interval-snapshot.ts'
import type { ObjectivePlan } from '../model/plan.ts'

/** Returns the bounds of objectives on percentiles and shares, in microseconds: shards count values above them exactly. */
export function objectiveBounds(objectives: readonly ObjectivePlan[]): MetricBounds {
  const bounds = new Map<CellMetric, Set<number>>()
  for (const { fn, metric, bound, within } of objectives) {
    if (!isCellMetric(metric)) continue
    const boundMs = fn === 'share' ? within : bound
    if (boundMs === null || !(fn === 'share' || /^p\d/.test(fn))) continue
    const known = bounds.get(metric) ?? new Set()
    bounds.set(metric, known.add(boundMs * 1000))
  }
  return Object.fromEntries([...bounds].map(([metric, known]) => [metric, [...known].sort((a, b) => a - b)]))
}

function isCellMetric(metric: string): metric is CellMetric {
  return (CELL_METRICS as readonly string[]).includes(metric)
}
