/**
 * The language of objectives.
 *
 *   objective  ::= expression op bound
 *   expression ::= metric | function "(" metric ")" | "share" "(" metric within bound ")" | "rss_growth" "(" "target" ")"
 *   (or)           "visual" "(" name ")", which is a whole objective: visual_findings{visual=name} <= 0
 *   function   ::= "p50" | "p90" | "p95" | "p99" | "p99.9" | "max" | "mean" | "rate" | "count" | "last" | "slope"
 *   metric     ::= name [ "{" label "=" value { "," label "=" value } "}" ]
 *   op         ::= "<" | "<=" | ">" | ">="          within ::= "<" | "<="
 *   bound      ::= number unit                      ms, s, us for times; % or nothing for ratios; /s; MiB; nothing
 *
 * Meaning is checked against the metric catalogue before any load: what a percentile of a ratio would be, nobody knows.
 */
import { HarnessError, messageOf, type Problem } from '../base/errors.ts'
import { nearestName } from '../base/nearest-name.ts'
import { parseBytes, parseDurationMs, parseRatePerSec, parseRatio } from '../base/units.ts'
import {
  OBJECTIVE_FUNCTIONS,
  type ObjectiveFunction,
  type ObjectivePlan,
  type WatchPlan,
} from '../model/plan/objective-schema.ts'
import { quantileOf } from './metric-values.ts'
import { METRICS, metricOf } from './metrics/catalogue.ts'
import type { Metric, MetricKind, Watch } from './metrics/metric.ts'
import { isReservedName, ObjectiveIds } from './objective-ids.ts'

/** The object form; only `expect` is needed. */
type ObjectiveInput = Partial<
  Pick<
    ObjectivePlan,
    'severity' | 'role' | 'minSamples' | 'onNoData' | 'owner' | 'runbook' | 'impact' | 'benefit' | 'cost'
  >
> & {
  readonly expect: string
  readonly name?: string
  readonly rollback?: boolean | string
  readonly abort?: boolean
  readonly window?: string
  readonly for?: string
  readonly grace?: string
}

const FUNCTIONS_OF: Readonly<Record<MetricKind, readonly ObjectiveFunction[]>> = {
  distribution: ['p50', 'p90', 'p95', 'p99', 'p99.9', 'max', 'mean', 'share', 'count'],
  counter: ['rate', 'count', 'last', 'slope'],
  ratio: ['last', 'max', 'slope'],
  gauge: ['max', 'mean', 'last', 'slope'],
}

const SHAPE =
  /^(?:([\w.]+)\s*\(\s*)?([a-z_]+)\s*(?:\{([^}]*)\})?\s*(?:(<=|<)\s*([\w.%/]+)\s*)?(\))?\s*(<=|>=|<|>)\s*([\w.%/]+)$/

/** Reads better with the target in brackets, and is the metric of that name. */
const RSS_GROWTH = /^rss_growth\s*\(\s*target\s*\)/

/** A whole objective: nothing may be wrong with the picture of that name. */
const VISUAL = /^visual\s*\(\s*([^(){}=,]*?)\s*\)$/

/** What an objective is right of its claim. */
const RIGHT_OF_CLAIM = /\s*[<>]=?\s*[\w.%/]+$/

/**
 * Parses every objective of a list; what is wrong is a problem with its place, and that objective is left out.
 * @param ids of the lists of the same run that were parsed before
 */
export function parseObjectives(
  inputs: readonly unknown[],
  path: string,
  ids = new ObjectiveIds(),
): { objectives: ObjectivePlan[]; problems: Problem[] } {
  const given = inputs.map(
    (input) => (typeof input === 'string' ? { expect: input } : input) as ObjectiveInput,
  )
  const wrongNames = given.map(({ name }, i) =>
    name === undefined ? null : wrongName(name, `${path}[${i}]`, ids),
  )
  const objectives: ObjectivePlan[] = []
  const problems: Problem[] = []
  given.forEach((input, i) => {
    const place = `${path}[${i}]`
    const wrongId = wrongNames[i] ?? null
    if (wrongId !== null) problems.push(wrongId)
    try {
      const parsed = parseObjective(input)
      if (wrongId === null) objectives.push({ id: input.name ?? ids.make(input.expect, place), ...parsed })
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error
      const [detail] = error.problems
      problems.push({ message: messageOf(error), ...detail, path: place })
    }
  })
  return { objectives, problems }
}

/** Null when the objective at the place may have the name, which nothing else may have from then on. */
function wrongName(name: string, place: string, ids: ObjectiveIds): Problem | null {
  if (isReservedName(name))
    return {
      path: `${place}.name`,
      message: `'${name}' begins like the id of a built-in objective or of a gate`,
      expected: 'a name without built-in: or no-worse: at its beginning',
    }
  const holder = ids.take(name, place)
  return holder === null
    ? null
    : {
        path: `${place}.name`,
        message: `${holder} and ${place} have the same name '${name}'`,
        expected: 'a name of its own for each objective and limit',
      }
}

/** What `rollback: true` asks for. */
export const DEFAULT_PROCEDURE = 'default'
/** Stretch over which values that are no claim about a share of requests are watched. */
const VALUE_WINDOW_MS = 10_000
function parseObjective(input: ObjectiveInput): Omit<ObjectivePlan, 'id'> {
  const parsed = parseExpression(input.expect)
  const expect = input.expect.trim()
  return {
    ...parsed,
    name: input.name ?? null,
    expect,
    claim: expect.replace(RIGHT_OF_CLAIM, ''),
    severity: input.severity ?? 'major',
    role: input.role ?? 'core',
    minSamples: input.minSamples ?? 1,
    onNoData: input.onNoData ?? 'fail',
    rollback: input.rollback === true ? DEFAULT_PROCEDURE : input.rollback || null,
    watch: watchOf(parsed, input),
    owner: input.owner ?? null,
    runbook: input.runbook ?? null,
    impact: input.impact ?? null,
    ...benefitAndCost(input),
    builtIn: false,
  }
}

function benefitAndCost({ benefit, cost }: ObjectiveInput): Pick<ObjectivePlan, 'benefit' | 'cost'> {
  if ((benefit === undefined) === (cost === undefined))
    return { benefit: benefit ?? null, cost: cost ?? null }
  const [given, missing] = benefit === undefined ? ['cost', 'benefit'] : ['benefit', 'cost']
  throw wrong(`'${given}' says nothing without '${missing}'`, 'both benefit and cost, or neither')
}

/** Without a window, a claim about a share of requests is watched over the run so far, where it can be proven broken. */
function watchOf({ fn, metric }: Parsed, input: ObjectiveInput): WatchPlan | null {
  const { watch } = metricOf({ metric })
  if (typeof watch === 'object') {
    const asked = (['window', 'for', 'grace', 'abort'] as const).find((key) => input[key])
    if (asked === undefined) return null
    throw wrong(
      `${metric} is known only when ${watch.knownWhen}: '${asked}' has no meaning`,
      'no such setting',
    )
  }
  return {
    windowMs: input.window === undefined ? defaultWindowMs(fn, watch) : parseDurationMs(input.window),
    forMs: parseDurationMs(input.for ?? '0s'),
    graceMs: parseDurationMs(input.grace ?? '0s'),
    abort: input.abort === true,
  }
}

function defaultWindowMs(fn: Parsed['fn'], watch: Watch): number | null {
  const isOfWholeRun = fn === 'share' || fn === 'count' || fn === 'slope' || quantileOf(fn) !== undefined
  return isOfWholeRun || watch === 'whole-run' ? null : VALUE_WINDOW_MS
}

type Parsed = Pick<ObjectivePlan, 'fn' | 'metric' | 'labels' | 'op' | 'bound' | 'unit' | 'within'>

function parseExpression(expect: string): Parsed {
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
    op: op as Parsed['op'],
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
  if ((valid as readonly string[]).includes(fn)) return fn as ObjectiveFunction
  const known = (OBJECTIVE_FUNCTIONS as readonly string[]).includes(fn)
  const message = known
    ? `${fn} of a ${kind} (${metric.name}) has no meaning`
    : `there is no function '${fn}'`
  throw wrong(message, valid.join(', '), known ? undefined : nearestName(fn, valid))
}

function parseLabels(text: string, metric: Metric): Record<string, string> {
  const labels = new Map<string, string>()
  for (const pair of text.split(',').filter((part) => part.trim() !== '')) {
    const [name = '', value = ''] = pair.split('=').map((part) => part.trim().replace(/^"|"$/g, ''))
    if (!(metric.labels as readonly string[]).includes(name))
      throw wrong(
        `${metric.name} has no label '${name}'`,
        metric.labels.join(', ') || 'no label',
        nearestName(name, metric.labels),
      )
    if (value === '') throw wrong(`the label '${name}' has no value`, `{${name}=...}`)
    labels.set(name, value)
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

function boundOf(unit: Metric['unit'], text: string): number {
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

function wrong(message: string, expected: string, nearest?: string): HarnessError {
  return new HarnessError('OBJECTIVE_INVALID', message, {
    problems: [{ path: '', message, expected, ...(nearest === undefined ? {} : { nearest }) }],
  })
}
