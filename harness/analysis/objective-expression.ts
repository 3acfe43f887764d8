/**
 * The language of objectives.
 *
 *   objective  ::= expression op bound
 *   expression ::= metric | function "(" metric ")" | "share" "(" metric within bound ")" | "rss_growth" "(" "target" ")"
 *   (or)           "visual" "(" name ")", which is a whole objective: visual_findings{visual=name} <= 0
 *   function   ::= "p" percent | "min" | "max" | "mean" | "rate" | "count" | "last" | "slope"
 *   name       ::= letters, digits, "_" and "." (`plugin.measure`), a letter or "_" first
 *   metric     ::= name [ "{" label "=" value { "," label "=" value } "}" ]
 *   value      ::= any text without "," and "}", or any text in quotes, with a backslash before a quote that is part of it
 *   op         ::= "<" | "<=" | ">" | ">="          within ::= "<" | "<="
 *   bound      ::= number [ " " ] unit              ms, s, us for times; % or nothing for ratios; /s; MiB; nothing
 *
 * Meaning is checked against the metric catalogue before any load: what a percentile of a ratio would be, nobody knows.
 */
import { HarnessError } from '../base/errors.ts'
import { nearestName } from '../base/nearest-name.ts'
import { parseBytes, parseDurationMs, parseRatePerSec, parseRatio } from '../base/units.ts'
import { quantileOf } from '../model/percentile.ts'
import type { OutsideMeasure } from '../model/plan/measure-schema.ts'
import { OBJECTIVE_FUNCTIONS, type ObjectivePlan } from '../model/plan/objective-schema.ts'
import { elsewhereText, functionElsewhere, metricElsewhere, thresholdHere } from '../text/other-tools.ts'
import { METRICS, outsideMetric } from './metrics/catalogue.ts'
import { LABELS_OF_WHOLE_RUN, type Metric, type MetricKind } from './metrics/metric.ts'
import { LABELS, QUOTED, readLabels } from './objective-label-text.ts'

/** The functions that are shown for each kind of metric; a distribution has any other percentile as well. */
const FUNCTIONS_OF: Readonly<Record<MetricKind, readonly ObjectivePlan['fn'][]>> = {
  distribution: ['p50', 'p90', 'p95', 'p99', 'p99.9', 'min', 'max', 'mean', 'share', 'count'],
  counter: ['rate', 'count', 'last', 'slope'],
  ratio: ['last', 'min', 'max', 'slope'],
  gauge: ['min', 'max', 'mean', 'last', 'slope'],
}

const BOUND = String.raw`[\w.]+(?:\s*[a-zA-Z%/][\w%/]*)?`

const SHAPE = new RegExp(
  String.raw`^(?:([\w.]+)\s*\(\s*)?([a-z_][a-z0-9_.]*)\s*(?:\{(${LABELS})\})?\s*(?:(<=|<)\s*(${BOUND})\s*)?(\))?\s*(<=|>=|<|>)\s*(${BOUND})$`,
)

/** The form with the target in brackets, which is the metric of that name. */
const RSS_GROWTH = /^rss_growth\s*\(\s*target\s*\)/

/** A whole objective: nothing may be wrong with the picture of that name. */
const VISUAL = new RegExp(String.raw`^visual\s*\(\s*(${QUOTED}|[^(){}=,"]*?)\s*\)$`)

/** An expression in its parts. */
export type Expression = Pick<
  ObjectivePlan,
  'fn' | 'metric' | 'measure' | 'labels' | 'op' | 'bound' | 'unit' | 'within'
>

/** Parses `p99(response_time) < 250ms`. @param measures those of plugins @throws HarnessError OBJECTIVE_INVALID */
export function parseExpression(expect: string, measures: readonly OutsideMeasure[] = []): Expression {
  const match = SHAPE.exec(longFormOf(expect.trim()))
  const [, fn, name = '', labels = '', within, withinText, closing, op = '', bound = ''] = match ?? []
  if (match === null || (fn === undefined) !== (closing === undefined)) {
    throw wrong(
      `'${expect}' is not an objective`,
      thresholdHere(expect) ?? 'function(metric) op bound, for example p99(response_time) < 100ms',
    )
  }
  const measure = measures.find((each) => each.name === name)
  const metric = measure === undefined ? metricNamed(name, measures) : outsideMetric(measure)
  const parsedFn = functionNamed(fn, metric)
  if ((parsedFn === 'share') !== (within !== undefined)) {
    throw wrong(
      `'${expect}': share, and only share, compares inside the brackets`,
      'share(response_time <= 100ms) >= 99%',
    )
  }
  const unit = unitOf(parsedFn, metric)
  const parsedLabels = parseLabels(labels, metric)
  checkSeries(parsedFn, metric, parsedLabels)
  return {
    fn: parsedFn,
    metric: name,
    ...(measure === undefined ? {} : { measure }),
    labels: parsedLabels,
    op: op as Expression['op'],
    bound: boundOf(unit, bound),
    unit,
    within: withinText === undefined ? null : boundOf(metric.unit, withinText),
  }
}

function longFormOf(expect: string): string {
  return expect.replace(RSS_GROWTH, 'rss_growth').replace(VISUAL, 'visual_findings{visual=$1} <= 0')
}

function metricNamed(name: string, measures: readonly OutsideMeasure[]): Metric {
  const metric = METRICS.get(name)
  if (metric !== undefined) return metric
  const known = [...METRICS.keys(), ...measures.map((measure) => measure.name)]
  const elsewhere = metricElsewhere(name)
  if (elsewhere !== undefined)
    throw wrong(`there is no metric '${name}'`, elsewhereText(elsewhere), elsewhere.ours)
  throw wrong(`there is no metric '${name}'`, known.join(', '), nearestName(name, known))
}

function functionNamed(fn: string | undefined, metric: Metric): ObjectivePlan['fn'] {
  const { kind } = metric.value
  // Amounts can be added up, times cannot.
  const isAmount = kind === 'distribution' && (metric.unit === 'count' || metric.unit === 'bytes')
  const valid = isAmount ? [...FUNCTIONS_OF[kind], 'rate' as const] : FUNCTIONS_OF[kind]
  if (fn === undefined) {
    if (kind !== 'distribution') return 'value'
    throw wrong(
      `${metric.name} is a distribution: which value of it?`,
      valid.map((name) => `${name}(${metric.name})`).join(', '),
    )
  }
  const isPercentile = quantileOf(fn) !== undefined
  if ((valid as readonly string[]).includes(fn) || (isPercentile && kind === 'distribution'))
    return fn as ObjectivePlan['fn']
  const known = isPercentile || (OBJECTIVE_FUNCTIONS as readonly string[]).includes(fn)
  if (known) throw wrong(`${fn} of a ${kind} (${metric.name}) has no meaning`, valid.join(', '))
  if (/^p[\d.]+$/.test(fn))
    throw wrong(`there is no percentile '${fn}'`, 'one above 0 and below 100, for example p75 or p99.99')
  const elsewhere = functionElsewhere(fn)
  if (elsewhere !== undefined)
    throw wrong(`there is no function '${fn}'`, elsewhereText(elsewhere), elsewhere.ours)
  throw wrong(`there is no function '${fn}'`, valid.join(', '), nearestName(fn, valid))
}

function parseLabels(text: string, metric: Metric): Record<string, string> {
  const labels = readLabels(text)
  if (labels === null)
    throw wrong(
      `{${text}} are no labels`,
      'name=value, or name="value" where the value holds a comma, a brace or a quote (\\")',
    )
  for (const [name, value] of labels) {
    if (!(metric.labels as readonly string[]).includes(name)) throw noLabel(name, metric)
    if (value === '') throw wrong(`the label '${name}' has no value`, `{${name}=...}`)
    if (name === 'status' && !/^(\d{1,3}|[1-9]xx)$/.test(value))
      throw wrong(`'${value}' is no status`, '{status=503}, or {status=5xx} for a class')
  }
  return Object.fromEntries(labels)
}

function noLabel(name: string, metric: Metric): HarnessError {
  const others = [...METRICS.values()].filter(({ labels }) => (labels as readonly string[]).includes(name))
  const own = metric.labels.join(', ') || 'no label'
  return wrong(
    `${metric.name} has no label '${name}'`,
    others.length === 0 ? own : `${own}; ${name} is one of ${others.map((each) => each.name).join(', ')}`,
    nearestName(name, metric.labels),
  )
}

/** Functions of a series need intervals, which are not told apart by every label. */
function checkSeries(
  fn: ObjectivePlan['fn'],
  metric: Metric,
  labels: Readonly<Record<string, string>>,
): void {
  const label = LABELS_OF_WHOLE_RUN.find((name) => labels[name] !== undefined)
  if (label === undefined || metric.value.kind === 'distribution') return
  if (fn !== 'min' && fn !== 'max' && fn !== 'last' && fn !== 'slope') return
  throw wrong(
    `${fn} of ${metric.name} by ${label} is not known: seconds are not recorded by ${label}`,
    metric.value.kind === 'counter'
      ? `rate(${metric.name}{${label}=...}) or count(${metric.name}{${label}=...})`
      : `${metric.name}{${label}=...}`,
  )
}

/** Unit in which an expression's value is given. */
function unitOf(fn: ObjectivePlan['fn'], metric: Metric): Metric['unit'] {
  if (fn === 'share') return 'ratio'
  if (fn === 'count') return 'count'
  if (fn === 'rate') return metric.unit === 'bytes' ? 'bytes' : '1/s'
  return metric.unit
}

/** Parses a bound in a unit. @throws HarnessError OBJECTIVE_INVALID */
export function boundOf(unit: Metric['unit'], given: string): number {
  const text = given.replaceAll(/\s/g, '')
  const plain = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  try {
    switch (unit) {
      case 'ms':
        return parseDurationMs(text)
      case 'ratio':
        return parseRatio(text)
      case '1/s':
        return parseRatePerSec(text)
      case 'bytes':
        return parseBytes(text.replace(/\/s$/, ''))
      default:
        if (Number.isNaN(plain)) throw wrong(`'${text}' is not a plain number`, 'a plain number')
        return plain
    }
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'UNIT_INVALID')
      throw wrong(error.message, error.hint ?? 'a unit')
    throw error
  }
}

/** Makes the error of one objective; the parser of the list adds its place. */
export function wrong(message: string, expected: string, nearest?: string): HarnessError {
  return new HarnessError('OBJECTIVE_INVALID', message, {
    problems: [{ path: '', message, expected, ...(nearest === undefined ? {} : { nearest }) }],
  })
}
