/** Every metric that an objective may name, in the order in which they are listed. */
import { invariant } from '../../base/errors.ts'
import { LOAD_METRICS } from './load-metrics.ts'
import type { Metric } from './metric.ts'
import { REQUEST_METRICS } from './request-metrics.ts'
import { RESOURCE_METRICS } from './resource-metrics.ts'

export const METRICS: ReadonlyMap<string, Metric> = new Map(
  [...REQUEST_METRICS, ...LOAD_METRICS, ...RESOURCE_METRICS].map((metric) => [metric.name, metric]),
)

/** The metric of an objective that was parsed. */
export function metricOf({ metric: name }: { readonly metric: string }): Metric {
  const metric = METRICS.get(name)
  invariant(metric !== undefined, `the metric ${name} was checked when the objective was parsed`)
  return metric
}

/** Tells whether an objective judges a picture and not what was measured. */
export function isAboutVisuals(objective: { readonly metric: string }): boolean {
  return metricOf(objective).labels.includes('visual')
}
