/** The value of every metric of the catalogue in a record: one number per (metric, function, labels), or null when nobody measured it. */
import { max, mean, min } from 'simple-statistics'
import { completedOf } from '../measure/counts.ts'
import type { CellMetric } from '../model/interval-snapshot.ts'
import { quantileOf } from '../model/percentile.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import type { MeasuredInterval, MeasuredView } from './measured-view.ts'
import { METRICS, metricOf } from './metrics/catalogue.ts'
import { secondsOf, sumOverSteps } from './metrics/intervals.ts'
import type { Labels, MetricValue } from './metrics/metric.ts'
import { RecordView } from './record-view.ts'
import { type Point, slopePerMs } from './slope.ts'

/** The subject of an expression. */
export type Expression = Pick<ObjectivePlan, 'fn' | 'metric' | 'labels' | 'within' | 'op'>

/** Metrics that are no distribution: one figure for a stretch. */
type Scalar = Exclude<MetricValue, { readonly kind: 'distribution' }>

/** Value in the unit of the expression (ms, ratio, 1/s, ...); null when there is nothing to see. */
export function metricValue(view: MeasuredView, expression: Expression): number | null {
  const { value } = metricOf(expression)
  return value.kind === 'distribution'
    ? distributionValue(view, expression, value.cell)
    : scalarValue(view, value, expression)
}

function distributionValue(
  view: MeasuredView,
  { fn, metric, labels, within }: Expression,
  cell: CellMetric,
): number | null {
  if (fn === 'share') {
    const { k, n } = exceedancesOf(view, { metric, labels, within })
    return n === 0 ? null : 1 - k / n
  }
  const histogram = view.histogram(cell, labels)
  if (histogram.count === 0) return null
  if (fn === 'count') return histogram.count
  if (isMostlyErrors(view, { metric, labels })) return null
  if (fn === 'min') return histogram.minUs / 1000
  if (fn === 'max') return histogram.maxUs / 1000
  if (fn === 'mean') return view.sumUs(cell, labels) / histogram.count / 1000
  return histogram.quantileUs(quantileOf(fn) ?? 0.5) / 1000
}

/** Times of requests most of which did not end well say nothing of how fast the target works. */
export function isMostlyErrors(
  view: MeasuredView,
  { metric, labels }: Pick<Expression, 'metric' | 'labels'>,
): boolean {
  const { value } = metricOf({ metric })
  if (value.kind !== 'distribution' || value.of === 'samples' || labels['outcome'] !== undefined) return false
  const counts = view.counts(labels)
  return counts.ok < completedOf(counts) / 2
}

/**
 * Requests (k of n) that do not count as within the bound. One that did not end well is never within, however fast it came:
 * an error is not a fast success, and what nobody answered took longer than anybody knows. Of service times and first bytes
 * it is not known which were of answers judged wrong: as many as there were count against.
 */
export function exceedancesOf(
  view: MeasuredView,
  expression: Pick<Expression, 'metric' | 'labels' | 'within'>,
): { readonly k: number; readonly n: number } {
  const { labels } = expression
  const { value } = metricOf(expression)
  const boundUs = (expression.within ?? 0) * 1000
  if (value.kind !== 'distribution') return { k: 0, n: 0 }
  const { cell, of } = value
  if (of === 'samples' || labels['outcome'] !== undefined)
    return { k: view.countNotWithin(cell, labels, boundUs), n: view.count(cell, labels) }
  if (of === 'requests') {
    const ok = { ...labels, outcome: 'ok' }
    const within = view.count(cell, ok) - view.countOver(cell, ok, boundUs)
    const n = view.count(cell, labels)
    return { k: n - within, n }
  }
  const counts = view.counts(labels)
  const within = view.count(cell, labels) - view.countOver(cell, labels, boundUs) - counts.failed
  const n = completedOf(counts) - counts.untimed
  return { k: Math.min(n, n - Math.max(0, within)), n }
}

const MS_PER_HOUR = 3_600_000

function scalarValue(view: MeasuredView, value: Scalar, expression: Expression): number | null {
  const { fn, labels } = expression
  if (fn === 'value' || fn === 'rate' || fn === 'count') return wholeRunValue(view, value, expression)
  const series = seriesOf(view, value, labels)
  if (series.length === 0) return null
  const values = series.map(([, each]) => each)
  if (fn === 'min') return min(values)
  if (fn === 'max') return max(values)
  if (fn === 'mean') return mean(values)
  if (fn === 'last') return values[values.length - 1] ?? null
  const slope = slopePerMs(series)
  return slope === null ? null : slope * MS_PER_HOUR
}

/** Counters and ratios of the whole measured run; gauges at their worst. */
function wholeRunValue(
  view: MeasuredView,
  value: Scalar,
  { labels, fn, op }: Pick<Expression, 'labels' | 'fn' | 'op'>,
): number | null {
  if (value.kind === 'counter') {
    const total = value.total(view, labels)
    return fn === 'count' ? total : total / Math.max(0.001, view.measuredS)
  }
  switch (value.from) {
    case 'requests': {
      const counts = view.counts(labels)
      const completed = completedOf(counts)
      return completed === 0 ? null : value.part(counts) / completed
    }
    case 'run':
      return value.whole(view, labels)
    case 'record':
      return view instanceof RecordView ? value.atEnd(view, labels) : null
    case 'intervals':
      return gaugeAtWorst(seriesOf(view, value, labels), op)
  }
}

/** The lowest where it is to stay above a bound. */
function gaugeAtWorst(series: readonly Point[], op: Expression['op']): number | null {
  if (series.length === 0) return null
  const values = series.map(([, value]) => value)
  return op === '>' || op === '>=' ? min(values) : max(values)
}

/** The metric by interval; empty where intervals do not tell. */
function seriesOf(view: MeasuredView, value: Scalar, labels: Labels): Point[] {
  return view.intervals.flatMap((interval): Point[] => {
    const figure = valueInInterval(interval, value, labels)
    return figure === null ? [] : [[interval.startMs, figure]]
  })
}

/** The seconds in which a gauge has a figure. */
export function secondsKnown(
  { intervals }: MeasuredView,
  objective: Pick<Expression, 'metric' | 'labels'>,
): number {
  const { value } = metricOf(objective)
  const known = intervals.filter(
    (interval) =>
      value.kind !== 'gauge' || value.from !== 'intervals' || value.at(interval, objective.labels) !== null,
  )
  return Math.round(known.reduce((sum, interval) => sum + secondsOf(interval), 0))
}

function valueInInterval(interval: MeasuredInterval, value: Scalar, labels: Labels): number | null {
  if (value.kind === 'counter') return value.perSec?.(interval, labels) ?? null
  if (value.from === 'intervals') return value.at(interval, labels)
  if (value.from !== 'requests' || value.partInInterval === null) return null
  const completed = sumOverSteps(interval, labels, completedOf)
  return completed === 0 ? null : sumOverSteps(interval, labels, value.partInInterval) / completed
}

/** Tells whether a metric is a share of completed requests: it counts how they ended, not how long they took. */
export function isCountRatio(metric: string): boolean {
  const value = METRICS.get(metric)?.value
  return value?.kind === 'ratio' && value.from === 'requests'
}

/** Numerator and denominator of a ratio that is a share of completed requests; null for other metrics. */
export function countRatio(
  view: MeasuredView,
  metric: string,
  labels: Labels,
): { readonly k: number; readonly n: number } | null {
  const { value } = metricOf({ metric })
  if (value.kind !== 'ratio' || value.from !== 'requests') return null
  const counts = view.counts(labels)
  return { k: value.part(counts), n: completedOf(counts) }
}
