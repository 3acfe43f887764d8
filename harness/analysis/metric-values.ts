/** The value of every metric of the catalogue in a record: one number per (metric, function, labels), or null when nobody measured it. */
import { max, mean, min } from 'simple-statistics'
import { completedOf } from '../measure/counts.ts'
import type { CellMetric } from '../model/interval-snapshot.ts'
import { recordedPer } from '../model/measures.ts'
import { ANY_OUTCOME } from '../model/outcome.ts'
import { quantileOf } from '../model/percentile.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import type { MeasuredInterval, MeasuredView } from './measured-view.ts'
import { METRICS, type MetricRef, metricOf } from './metrics/catalogue.ts'
import { secondsOf, sumOverSteps } from './metrics/intervals.ts'
import type { Labels, MetricValue } from './metrics/metric.ts'
import { secondsIn } from './metrics/seconds-in.ts'
import { RecordView } from './record-view.ts'
import { type Point, slopePerMs } from './slope.ts'

/** The subject of an expression. */
export type Expression = MetricRef & Pick<ObjectivePlan, 'fn' | 'labels' | 'within' | 'op'>

/** Metrics that are no distribution: one figure for a stretch. */
type Scalar = Exclude<MetricValue, { readonly kind: 'distribution' }>

/** Value in the unit of the expression (ms, ratio, 1/s, ...); null when there is nothing to see. */
export function metricValue(view: MeasuredView, expression: Expression): number | null {
  const { value, unit } = metricOf(expression)
  return value.kind === 'distribution'
    ? distributionValue(view, expression, value.cell, recordedPer(unit))
    : scalarValue(view, value, expression)
}

function distributionValue(
  view: MeasuredView,
  expression: Expression,
  cell: CellMetric,
  per: number,
): number | null {
  const { fn, labels } = expression
  if (fn === 'share') {
    const { k, n } = exceedancesOf(view, expression)
    return n === 0 ? null : 1 - k / n
  }
  const histogram = view.histogram(cell, labels)
  if (histogram.count === 0) return null
  if (fn === 'count') return histogram.count
  if (fn === 'rate') return view.sumUs(cell, labels) / per / Math.max(0.001, secondsIn(view, labels))
  if (isMostlyErrors(view, expression)) return null
  if (fn === 'min') return histogram.minUs / per
  if (fn === 'max') return histogram.maxUs / per
  if (fn === 'mean') return view.sumUs(cell, labels) / histogram.count / per
  return histogram.quantileUs(quantileOf(fn) ?? 0.5) / per
}

/**
 * Returns true when most of the requests failed, so that the times of the others say nothing of how fast the target works.
 * Timeouts are among the others where they have a time.
 */
export function isMostlyErrors(
  view: MeasuredView,
  expression: MetricRef & Pick<Expression, 'labels'>,
): boolean {
  const { labels } = expression
  const { value } = metricOf(expression)
  if (value.kind !== 'distribution' || value.of !== 'requests' || labels['outcome'] !== undefined)
    return false
  const counts = view.counts(labels)
  const served = counts.ok + (value.cell === 'response_time' ? counts.timedOut : 0)
  return served < completedOf(counts) / 2
}

/**
 * Requests (k of n) that do not count as within the bound. One that did not end well is never within, however fast it came:
 * an error is not a fast success, and what nobody answered took longer than anybody knows.
 */
export function exceedancesOf(
  view: MeasuredView,
  expression: MetricRef & Pick<Expression, 'labels' | 'within'>,
): { readonly k: number; readonly n: number } {
  const { labels } = expression
  const { value, unit } = metricOf(expression)
  const boundUs = (expression.within ?? 0) * recordedPer(unit)
  if (value.kind !== 'distribution') return { k: 0, n: 0 }
  const { cell, of } = value
  if (of === 'samples' || labels['outcome'] !== undefined)
    return { k: view.countNotWithin(cell, labels, boundUs), n: view.count(cell, labels) }
  if (of === 'groups') {
    const within = view.count(cell, labels) - view.countOver(cell, labels, boundUs)
    const n = view.count(cell, { ...labels, outcome: ANY_OUTCOME })
    return { k: n - within, n }
  }
  const ok = { ...labels, outcome: 'ok' }
  const within = view.count(cell, ok) - view.countOver(cell, ok, boundUs)
  const counts = view.counts(labels)
  const n = completedOf(counts) - counts.untimed
  return { k: n - within, n }
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
    return fn === 'count' ? total : total / Math.max(0.001, secondsIn(view, labels))
  }
  switch (value.from) {
    case 'requests': {
      const counts = view.counts(labels)
      const completed = completedOf(counts)
      return completed === 0 ? null : value.part(counts, labels) / completed
    }
    case 'judgements': {
      const { k, n } = value.judged(view, labels)
      return n === 0 ? null : k / n
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
  objective: MetricRef & Pick<Expression, 'labels'>,
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

/** Tells whether a metric is a share of requests that counts: how they ended, or how they were judged. */
export function isCountRatio(metric: string): boolean {
  const value = METRICS.get(metric)?.value
  return value?.kind === 'ratio' && value.from !== 'run'
}

/** Numerator and denominator of a ratio that is a share of counted requests; null for other metrics. */
export function countRatio(
  view: MeasuredView,
  metric: string,
  labels: Labels,
): { readonly k: number; readonly n: number } | null {
  const value = METRICS.get(metric)?.value
  if (value?.kind !== 'ratio' || value.from === 'run') return null
  if (value.from === 'judgements') return value.judged(view, labels)
  const counts = view.counts(labels)
  return { k: value.part(counts, labels), n: completedOf(counts) }
}
