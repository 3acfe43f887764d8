/** The measures of targets as metrics: one row of `model/measures.ts` is one metric. */
import { ALL_MEASURES, type Measure } from '../../model/measures.ts'
import type { Metric, MetricValue } from './metric.ts'

/** A measure of ours, or of a plugin from outside. */
type Measured = Pick<Measure, 'name' | 'meaning' | 'kind' | 'unit' | 'better'>

export const MEASURE_METRICS: readonly Metric[] = ALL_MEASURES.map(metricOfMeasure)

/** Returns the metric that a measure is. */
export function metricOfMeasure(measure: Measured): Metric {
  return {
    name: measure.name,
    meaning: measure.meaning,
    unit: measure.unit,
    better: measure.better,
    labels: ['step', 'phase'],
    value: valueIn(measure),
    trust: measure.unit === 'ms' || measure.unit === '1/s' ? 'clocked' : 'counts',
    watch: measure.kind === 'counter' ? 'so-far' : 'latest',
    isAboutAnswers: true,
    resource: null,
    charts: ['latency', 'rate'],
    boundsOn: [],
    replaces: null,
  }
}

function valueIn({ name, kind }: Measured): MetricValue {
  return kind === 'distribution'
    ? { kind, cell: name, of: 'samples' }
    : { kind, total: (view, labels) => view.sumUs(name, labels), perSec: null }
}
