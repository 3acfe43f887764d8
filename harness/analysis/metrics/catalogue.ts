/** Every metric that an objective may name, in the order in which they are listed. */
import { invariant } from '../../base/errors.ts'
import type { OutsideMeasure } from '../../model/plan/measure-schema.ts'
import type { ObjectivePlan } from '../../model/plan/objective-schema.ts'
import { GROUP_METRICS } from './group-metrics.ts'
import { JOURNEY_METRICS } from './journey-metrics.ts'
import { LOAD_METRICS } from './load-metrics.ts'
import { MEASURE_METRICS, metricOfMeasure } from './measure-metrics.ts'
import { MESSAGE_METRICS } from './message-metrics.ts'
import type { Metric } from './metric.ts'
import { REQUEST_METRICS } from './request-metrics.ts'
import { RESOURCE_METRICS } from './resource-metrics.ts'
import { SLO_METRICS } from './slo-metrics.ts'

export const METRICS: ReadonlyMap<string, Metric> = new Map(
  [
    ...REQUEST_METRICS,
    ...MEASURE_METRICS,
    ...SLO_METRICS,
    ...GROUP_METRICS,
    ...MESSAGE_METRICS,
    ...JOURNEY_METRICS,
    ...LOAD_METRICS,
    ...RESOURCE_METRICS,
  ].map((metric) => [metric.name, metric]),
)

/** The metric that an objective names: in the catalogue, or beside its name the measure of a plugin from outside. */
export type MetricRef = Pick<ObjectivePlan, 'metric'> & Pick<Partial<ObjectivePlan>, 'measure'>

const outside = new WeakMap<OutsideMeasure, Metric>()

/** The metric of an objective that was parsed. */
export function metricOf({ metric: name, measure }: MetricRef): Metric {
  const metric = METRICS.get(name) ?? (measure === undefined ? undefined : outsideMetric(measure))
  invariant(metric !== undefined, `the metric ${name} was checked when the objective was parsed`)
  return metric
}

/** Returns the metric of a measure, the same one each time. */
export function outsideMetric(measure: OutsideMeasure): Metric {
  const known = outside.get(measure)
  if (known !== undefined) return known
  const made = metricOfMeasure(measure)
  outside.set(measure, made)
  return made
}

/** Tells whether an objective judges how journeys ended. */
export function isAboutJourneys(objective: MetricRef): boolean {
  return JOURNEY_METRICS.includes(metricOf(objective))
}

/** Tells whether an objective judges how long the target answered nobody: a matter of the whole run and of all steps. */
export function isAboutDowntime(objective: MetricRef): boolean {
  return metricOf(objective).replaces === 'downtime'
}

/** Tells whether an objective judges a picture and not what was measured. */
export function isAboutVisuals(objective: MetricRef): boolean {
  return metricOf(objective).labels.includes('visual')
}
