/** The value of every metric of the catalogue in a record: one number per (metric, function, labels), or null when nobody measured it. */
import { max, mean, median, min } from 'simple-statistics'
import { invariant } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import { badOf, completedOf } from '../measure/counts.ts'
import type { CellMetric } from '../model/interval-snapshot.ts'
import { METRICS, type Metric } from '../model/metric-catalogue.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import { downtimeRatio } from './downtime.ts'
import type { Counts, MeasuredInterval, MeasuredView } from './measured-view.ts'
import { RecordView } from './record-view.ts'
import { backlogDrainTimeMs, recoveryTimeMs } from './recovery.ts'
import { findingCountOf, visualOf } from './visual-findings.ts'

const QUANTILES: Readonly<Record<string, number>> = {
  p50: 0.5,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  'p99.9': 0.999,
}

/** 0.99 of `p99`; undefined for functions that are no percentile. */
export function quantileOf(fn: string): number | undefined {
  return lookUp(QUANTILES, fn)
}

/** What an expression is about. */
export type Expression = Pick<ObjectivePlan, 'fn' | 'metric' | 'labels' | 'within' | 'op'>

/** Value in the unit of the expression (ms, ratio, 1/s, ...); null when there is nothing to see. */
export function metricValue(view: MeasuredView, expression: Expression): number | null {
  const metric = METRICS.get(expression.metric)
  invariant(metric !== undefined, `the metric ${expression.metric} was checked when the objective was parsed`)
  return metric.kind === 'distribution'
    ? distributionValue(view, expression)
    : scalarValue(view, metric, expression)
}

function distributionValue(view: MeasuredView, { fn, metric, labels, within }: Expression): number | null {
  if (fn === 'share') {
    const { k, n } = exceedancesOf(view, { metric, labels, within })
    return n === 0 ? null : 1 - k / n
  }
  const histogram = view.histogram(metric as CellMetric, labels)
  if (histogram.count === 0) return null
  if (fn === 'count') return histogram.count
  if (isMostlyErrors(view, { metric, labels })) return null
  if (fn === 'max') return histogram.maxUs / 1000
  if (fn === 'mean') return view.sumUs(metric as CellMetric, labels) / histogram.count / 1000
  return histogram.quantileUs(quantileOf(fn) ?? 0.5) / 1000
}

/** Distributions of every request or of every answer, good or bad. */
const OF_REQUESTS = new Set(['response_time', 'service_time', 'ttfb'])

/** Times of requests most of which did not end well say nothing of how fast the target works. */
export function isMostlyErrors(
  view: MeasuredView,
  { metric, labels }: Pick<Expression, 'metric' | 'labels'>,
): boolean {
  if (!OF_REQUESTS.has(metric) || labels['outcome'] !== undefined) return false
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
  const metric = expression.metric as CellMetric
  const boundUs = (expression.within ?? 0) * 1000
  if (!OF_REQUESTS.has(metric) || labels['outcome'] !== undefined)
    return { k: view.countNotWithin(metric, labels, boundUs), n: view.count(metric, labels) }
  if (metric === 'response_time') {
    const ok = { ...labels, outcome: 'ok' }
    const within = view.count(metric, ok) - view.countOver(metric, ok, boundUs)
    const n = view.count(metric, labels)
    return { k: n - within, n }
  }
  const counts = view.counts(labels)
  const within = view.count(metric, labels) - view.countOver(metric, labels, boundUs) - counts.failed
  const n = completedOf(counts) - counts.untimed
  return { k: Math.min(n, n - Math.max(0, within)), n }
}

function scalarValue(view: MeasuredView, metric: Metric, expression: Expression): number | null {
  const { fn, labels } = expression
  if (fn === 'value' || fn === 'rate' || fn === 'count') return wholeRunValue(view, expression)
  const series = seriesOf(view, metric.name, labels)
  if (series === null || series.length === 0) return null
  const values = series.map(([, value]) => value)
  if (fn === 'max') return max(values)
  if (fn === 'mean') return mean(values)
  if (fn === 'last') return values[values.length - 1] ?? null
  return slopePerHour(series)
}

/** Counters and ratios of the whole measured run; gauges at their worst. */
function wholeRunValue(view: MeasuredView, { metric: name, labels, fn, op }: Expression): number | null {
  const total = totalOf(view, name, labels)
  if (total !== null) return fn === 'count' ? total : total / Math.max(0.001, view.measuredS)
  const ratio = ratioOf(view, name, labels)
  if (ratio !== null) return ratio
  if (name === 'rss_growth') return rssGrowthBytes(view)
  if (view instanceof RecordView && KNOWN_AT_THE_END.has(name)) return valueAtTheEnd(view, name, labels)
  return gaugeAtWorst(seriesOf(view, name, labels) ?? [], op)
}

const KNOWN_AT_THE_END = new Set(['recovery_time', 'backlog_drain_time', 'visual_findings'])

function valueAtTheEnd(view: RecordView, name: string, labels: Expression['labels']): number | null {
  if (name === 'visual_findings') {
    const visual = visualOf(view.record, labels)
    return visual === null ? null : findingCountOf(visual)
  }
  const phase = labels['phase'] ?? ''
  return name === 'recovery_time' ? recoveryTimeMs(view, phase) : backlogDrainTimeMs(view, phase)
}

/** The lowest where it is to stay above a bound. */
function gaugeAtWorst(series: readonly Point[], op: Expression['op']): number | null {
  if (series.length === 0) return null
  const values = series.map(([, value]) => value)
  return op === '>' || op === '>=' ? min(values) : max(values)
}

function totalOf(view: MeasuredView, name: string, labels: Expression['labels']): number | null {
  const counts = () => view.counts(labels)
  switch (name) {
    case 'throughput':
    case 'requests':
      return completedOf(counts())
    case 'goodput':
      return counts().ok
    case 'bytes_sent':
      return counts().bytesSent
    case 'bytes_received':
      return counts().bytesReceived
    case 'iterations':
      return completedJourneys(view)
    case 'escalations':
      return Object.values(view.escalations).reduce((sum, amount) => sum + amount, 0)
    default:
      return null
  }
}

const COUNT_RATIOS: Readonly<Record<string, (counts: Counts) => number>> = {
  error_ratio: badOf,
  failed_ratio: (counts) => counts.failed,
  timeout_ratio: (counts) => counts.timedOut,
  availability: (counts) => counts.ok,
  retry_ratio: (counts) => counts.retries,
}

/** Whether a metric is a share of completed requests. */
export function isCountRatio(name: string): boolean {
  return Object.hasOwn(COUNT_RATIOS, name)
}

/** Numerator and denominator of a ratio that is a share of completed requests; null for other metrics. */
export function countRatio(
  view: MeasuredView,
  name: string,
  labels: Expression['labels'],
): { readonly k: number; readonly n: number } | null {
  const numerator = lookUp(COUNT_RATIOS, name)
  if (numerator === undefined) return null
  const counts = view.counts(labels)
  return { k: numerator(counts), n: completedOf(counts) }
}

function ratioOf(view: MeasuredView, name: string, labels: Expression['labels']): number | null {
  const share = countRatio(view, name, labels)
  if (share !== null) return share.n === 0 ? null : share.k / share.n
  const { dispatch } = view
  const quotient = (part: number, whole: number) => (whole === 0 ? null : part / whole)
  switch (name) {
    case 'drop_ratio':
      return quotient(dispatch.dropped, dispatch.planned)
    case 'late_ratio':
      return quotient(dispatch.lateStarts, dispatch.started)
    case 'demand_met':
      return quotient(completedJourneys(view), plannedStarts(view))
    case 'downtime_ratio':
      return downtimeRatio(view)
    case 'plan_kept':
      return quotient(dispatch.started, plannedStarts(view))
    case 'component_share':
      return quotient(view.sumUs('component_time', labels), view.sumUs('service_time', {}))
    default:
      return null
  }
}

function completedJourneys({ intervals }: MeasuredView): number {
  return intervals.reduce((sum, { dispatch }) => sum + dispatch.iterations, 0)
}

/** Journeys the plan demanded until load ended: what fell due, or what a paced closed model promises, whichever is more. */
export function plannedStarts(view: MeasuredView): number {
  const { plan, dispatch, loadMs } = view
  const whole = plan.workload.expectedIterations
  const complete = loadMs >= plan.durationMs
  return whole === null || !complete ? dispatch.planned : Math.max(dispatch.planned, whole)
}

type Point = readonly [atMs: number, value: number]

const GAUGES: Readonly<Record<string, (interval: MeasuredInterval) => number | null>> = {
  active_agents: (interval) => interval.activeAgents,
  backlog: (interval) => interval.backlog,
  in_flight: (interval) => interval.inFlight,
  generator_cpu: (interval) => interval.generator.cpuCores,
  generator_memory: (interval) => interval.generator.rssBytes,
  event_loop_utilization: (interval) => interval.health.eventLoopUtilization,
  event_loop_delay: (interval) => interval.health.loopDelayMaxMs,
  gc_pause: (interval) => interval.health.gcPauseMaxMs,
  run_queue_wait: (interval) => interval.health.runQueueWaitRatio,
  target_cpu: (interval) => interval.target?.cpuCores ?? null,
  target_memory: (interval) => interval.target?.rssBytes ?? null,
  target_cpu_ratio: (interval) => interval.target?.cpuRatio ?? null,
  target_memory_ratio: (interval) => interval.target?.memoryRatio ?? null,
}

type ProbeSample = NonNullable<MeasuredInterval['probes'][string]>

const PROBE_GAUGES: Readonly<Record<string, (sample: ProbeSample) => number | null>> = {
  probe_value: (sample) => sample.value,
  probe_cpu: (sample) => sample.cpuCores,
  probe_memory: (sample) => sample.rssBytes,
}

function gaugeOf(
  name: string,
  labels: Expression['labels'],
): ((interval: MeasuredInterval) => number | null) | null {
  const ofProbe = lookUp(PROBE_GAUGES, name)
  if (ofProbe === undefined) return lookUp(GAUGES, name) ?? null
  return ({ probes }) => {
    const sample = lookUp(probes, labels['probe'] ?? '') ?? null
    return sample === null ? null : ofProbe(sample)
  }
}

/** The metric by interval; null when it has no series. */
function seriesOf(view: MeasuredView, name: string, labels: Expression['labels']): Point[] | null {
  const pick = gaugeOf(name, labels) ?? perInterval(name, labels)
  if (pick === null) return null
  return view.intervals.flatMap((interval): Point[] => {
    const value = pick(interval)
    return value === null ? [] : [[interval.startMs, value]]
  })
}

function perInterval(
  name: string,
  labels: Expression['labels'],
): ((interval: MeasuredInterval) => number | null) | null {
  const stepsOf = (interval: MeasuredInterval) =>
    Object.entries(interval.steps).flatMap(([step, counts]) =>
      labels['step'] === undefined || labels['step'] === step ? [counts] : [],
    )
  const count = (interval: MeasuredInterval, pick: (step: MeasuredInterval['steps'][string]) => number) =>
    stepsOf(interval).reduce((sum, step) => sum + pick(step), 0)
  const seconds = (interval: MeasuredInterval) => Math.max(0.001, (interval.endMs - interval.startMs) / 1000)
  const share =
    (part: (step: MeasuredInterval['steps'][string]) => number) => (interval: MeasuredInterval) => {
      const completed = count(interval, completedOf)
      return completed === 0 ? null : count(interval, part) / completed
    }
  switch (name) {
    case 'throughput':
    case 'requests':
      return (interval) => count(interval, completedOf) / seconds(interval)
    case 'goodput':
      return (interval) => count(interval, (step) => step.ok) / seconds(interval)
    case 'iterations':
      return (interval) => interval.dispatch.iterations / seconds(interval)
    case 'error_ratio':
      return share(badOf)
    case 'failed_ratio':
      return share((step) => step.failed)
    case 'timeout_ratio':
      return share((step) => step.timedOut)
    case 'availability':
      return share((step) => step.ok)
    default:
      return null
  }
}

const MS_PER_HOUR = 3_600_000
const SLOPE_POINTS_MAX = 300

/** What the target's memory grew by over the intervals it is known of. */
function rssGrowthBytes(view: MeasuredView): number | null {
  const known = view.intervals.filter(({ target }) => target !== null)
  const slope = slopePerHour(known.map(({ startMs, target }): Point => [startMs, target?.rssBytes ?? 0]))
  const lengthMs = known.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)
  return slope === null ? null : (slope * lengthMs) / MS_PER_HOUR
}

/** Theil-Sen: the median of all pairwise slopes, per hour; robust against single intervals. Needs three points. */
function slopePerHour(series: readonly Point[]): number | null {
  const stride = Math.ceil(series.length / SLOPE_POINTS_MAX)
  const points = series.filter((_, i) => i % stride === 0)
  if (points.length < 3) return null
  const slopes: number[] = []
  points.forEach(([atMs, value], i) => {
    for (const [laterMs, later] of points.slice(i + 1))
      slopes.push(((later - value) / (laterMs - atMs)) * MS_PER_HOUR)
  })
  return median(slopes)
}
