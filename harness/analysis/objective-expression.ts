/**
 * The language of objectives.
 *
 *   objective  ::= expression op bound
 *   expression ::= metric | function "(" metric ")" | "share" "(" metric within bound ")" | "rss_growth" "(" "target" ")"
 *   (or)           "visual" "(" name ")", which is a whole objective: visual_findings{visual=name} <= 0
 *   function   ::= "p" percent | "min" | "max" | "mean" | "rate" | "count" | "last" | "slope"
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
import { OBJECTIVE_FUNCTIONS, type ObjectivePlan } from '../model/plan/objective-schema.ts'
import { METRICS } from './metrics/catalogue.ts'
import type { Metric, MetricKind } from './metrics/metric.ts'
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
  String.raw`^(?:([\w.]+)\s*\(\s*)?([a-z_]+)\s*(?:\{(${LABELS})\})?\s*(?:(<=|<)\s*(${BOUND})\s*)?(\))?\s*(<=|>=|<|>)\s*(${BOUND})$`,
)

/** The form with the target in brackets, which is the metric of that name. */
const RSS_GROWTH = /^rss_growth\s*\(\s*target\s*\)/

/** A whole objective: nothing may be wrong with the picture of that name. */
const VISUAL = new RegExp(String.raw`^visual\s*\(\s*(${QUOTED}|[^(){}=,"]*?)\s*\)$`)

/** An expression in its parts. */
export type Expression = Pick<ObjectivePlan, 'fn' | 'metric' | 'labels' | 'op' | 'bound' | 'unit' | 'within'>

/** Parses `p99(response_time) < 250ms`. @throws HarnessError OBJECTIVE_INVALID */
export function parseExpression(expect: string): Expression {
  const match = SHAPE.exec(longFormOf(expect.trim()))
  const [, fn, name = '', labels = '', within, withinText, closing, op = '', bound = ''] = match ?? []
  if (match === null || (fn === undefined) !== (closing === undefined)) {
    throw wrong(
      `'${expect}' is not an objective`,
      'function(metric) op bound, for example p99(response_time) < 100ms',
    )
  }
  const metric = metricNamed(name)
  const parsedFn = functionNamed(fn, metric)
  if ((parsedFn === 'share') !== (within !== undefined)) {
    throw wrong(
      `'${expect}': share, and only share, compares inside the brackets`,
      'share(response_time <= 100ms) >= 99%',
    )
  }
  const unit = unitOf(parsedFn, metric)
  return {
    fn: parsedFn,
    metric: name,
    labels: parseLabels(labels, metric),
    op: op as Expression['op'],
    bound: boundOf(unit, bound),
    unit,
    within: withinText === undefined ? null : boundOf(metric.unit, withinText),
  }
}

function longFormOf(expect: string): string {
  return expect.replace(RSS_GROWTH, 'rss_growth').replace(VISUAL, 'visual_findings{visual=$1} <= 0')
}

function metricNamed(name: string): Metric {
  const metric = METRICS.get(name)
  if (metric !== undefined) return metric
  const nearest = nearestName(name, METRICS.keys())
  throw wrong(`there is no metric '${name}'`, [...METRICS.keys()].join(', '), nearest)
}

function functionNamed(fn: string | undefined, metric: Metric): ObjectivePlan['fn'] {
  const { kind } = metric.value
  const valid = FUNCTIONS_OF[kind]
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
    if (!(metric.labels as readonly string[]).includes(name))
      throw wrong(
        `${metric.name} has no label '${name}'`,
        metric.labels.join(', ') || 'no label',
        nearestName(name, metric.labels),
      )
    if (value === '') throw wrong(`the label '${name}' has no value`, `{${name}=...}`)
  }
  return Object.fromEntries(labels)
}

/** Unit in which an expression's value is given. */
function unitOf(fn: ObjectivePlan['fn'], metric: Metric): Metric['unit'] {
  if (fn === 'share') return 'ratio'
  if (fn === 'count') return 'count'
  if (fn === 'rate') return metric.unit === 'bytes' ? 'bytes' : '1/s'
  return metric.unit
}

function boundOf(unit: Metric['unit'], given: string): number {
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
