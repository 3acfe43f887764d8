import { lookUp } from '../base/names.ts'
import type { MetricBounds } from '../engine/recorder-settings.ts'
import { CELL_METRICS } from '../model/interval-snapshot.ts'
import { MEASURES, type Measure, recordedPer } from '../model/measures.ts'
import type { ObjectivePlan } from '../model/plan.ts'

/** Returns the bounds of objectives on percentiles and shares, as values are recorded: shards count those above them exactly. */
export function objectiveBounds(objectives: readonly ObjectivePlan[]): MetricBounds {
  const bounds = new Map<string, Set<number>>()
  for (const objective of objectives) {
    const { fn, metric, bound, within } = objective
    const unit = unitOf(objective)
    if (unit === null) continue
    const limit = fn === 'share' ? within : bound
    if (limit === null || !(fn === 'share' || /^p\d/.test(fn))) continue
    const known = bounds.get(metric) ?? new Set()
    bounds.set(metric, known.add(limit * recordedPer(unit)))
  }
  return Object.fromEntries([...bounds].map(([metric, known]) => [metric, [...known].sort((a, b) => a - b)]))
}

/** The unit of a metric with percentiles; null for any other. */
function unitOf({ metric, measure: outside }: ObjectivePlan): string | null {
  if ((CELL_METRICS as readonly string[]).includes(metric)) return 'ms'
  const measure: Pick<Measure, 'kind' | 'unit'> | undefined = lookUp(MEASURES, metric) ?? outside
  return measure?.kind === 'distribution' ? measure.unit : null
}
