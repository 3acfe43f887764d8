/** Objectives as a scenario states them: an expression, or an expression with settings beside it. */
import { HarnessError, messageOf, type Problem } from '../base/errors.ts'
import { parseDurationMs } from '../base/units.ts'
import { quantileOf } from '../model/percentile.ts'
import type { OutsideMeasure } from '../model/plan/measure-schema.ts'
import type { ObjectivePlan, WatchPlan } from '../model/plan/objective-schema.ts'
import { metricOf } from './metrics/catalogue.ts'
import type { Watch } from './metrics/metric.ts'
import { type Expression, parseExpression, wrong } from './objective-expression.ts'
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

/** The operator and the bound of an objective: the text right of its claim. */
const RIGHT_OF_CLAIM = /\s*[<>]=?\s*[\w.]+\s*[\w%/]*$/

/**
 * Parses every objective of a list; what is wrong is a problem with its place, and that objective is left out.
 * @param ids of the lists of the same run that were parsed before
 * @param measures those of the plugins from outside
 */
export function parseObjectives(
  inputs: readonly unknown[],
  path: string,
  ids = new ObjectiveIds(),
  measures: readonly OutsideMeasure[] = [],
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
      const parsed = parseObjective(input, measures)
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
        expected: 'a unique name for each objective and limit',
      }
}

/** The procedure that `rollback: true` asks for. */
export const DEFAULT_PROCEDURE = 'default'
/** Stretch over which values that are no claim about a share of requests are watched. */
const VALUE_WINDOW_MS = 10_000
function parseObjective(
  input: ObjectiveInput,
  measures: readonly OutsideMeasure[],
): Omit<ObjectivePlan, 'id'> {
  const parsed = parseExpression(input.expect, measures)
  const expect = input.expect.trim()
  return {
    ...parsed,
    name: input.name ?? null,
    expect,
    claim: expect.replace(RIGHT_OF_CLAIM, ''),
    severity: input.severity ?? 'major',
    role: input.role ?? 'core',
    minSamples: input.minSamples ?? 1,
    onNoData: input.onNoData ?? 'inconclusive',
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
function watchOf(expression: Expression, input: ObjectiveInput): WatchPlan | null {
  const { fn, metric } = expression
  const { watch } = metricOf(expression)
  if (typeof watch === 'object') {
    const asked = (['window', 'for', 'grace', 'abort'] as const).find((key) => input[key])
    if (asked === undefined) return null
    throw wrong(
      `${metric} is known only when ${watch.knownWhen}: '${asked}' has no meaning`,
      'no such setting',
    )
  }
  if (watch === 'so-far' && input.window !== undefined)
    throw wrong(`${metric} is of the run so far: 'window' has no meaning`, 'no such setting')
  return {
    windowMs: input.window === undefined ? defaultWindowMs(fn, watch) : parseDurationMs(input.window),
    forMs: parseDurationMs(input.for ?? '0s'),
    graceMs: parseDurationMs(input.grace ?? '0s'),
    abort: input.abort === true,
  }
}

function defaultWindowMs(fn: Expression['fn'], watch: Watch): number | null {
  const isOfWholeRun = fn === 'share' || fn === 'count' || fn === 'slope' || quantileOf(fn) !== undefined
  return isOfWholeRun || watch !== 'latest' ? null : VALUE_WINDOW_MS
}
