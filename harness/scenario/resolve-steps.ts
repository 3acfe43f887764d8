/** Steps of a document as steps of a plan: names, defaults, targets and expectations filled in. */
import { messageOf, type Problem } from '../base/errors.ts'
import { nearestName } from '../base/nearest-name.ts'
import { parseDurationMs, parseDurationRange } from '../base/units.ts'
import { compileExtraction } from '../expectations/index.ts'
import { ERROR_KINDS } from '../model/outcome.ts'
import {
  DEFAULT_TIMEOUTS,
  type OperationMix,
  type RequestStepPlan,
  type RetryPlan,
  type StepPlan,
  type TargetPlan,
  type Timeouts,
} from '../model/plan.ts'
import { targets as targetPlugins } from '../targets/index.ts'
import { ESCALATIONS, OPERATION_CLASSES, operationsOfClass } from '../targets/sandbox/catalogue.ts'
import { pathText } from './problems.ts'
import type { RetryDocument, StepDocument, TimeoutsDocument } from './schema.ts'

/** What steps inherit from the scenario. */
export interface StepDefaults {
  readonly targets: Readonly<Record<string, TargetPlan>>
  readonly timeouts: Timeouts
  readonly retry: RetryPlan | null
  readonly mix: OperationMix
  readonly problems: Problem[]
}

type RequestDocument = Extract<StepDocument, { request: unknown }>
type OperationsDocument = Extract<StepDocument, { operations: unknown }>

/** Resolves a list of steps; what is wrong goes to `defaults.problems`. */
export function resolveSteps(
  steps: readonly StepDocument[],
  path: readonly PropertyKey[],
  defaults: StepDefaults,
): StepPlan[] {
  return steps.flatMap((step, index): StepPlan[] => {
    const at = [...path, index]
    if ('think' in step) return [{ kind: 'think', time: parseDurationRange(step.think) }]
    if ('operations' in step) return [operationsStep(step, at, defaults)]
    return [requestStep(step, at, defaults)]
  })
}

export function resolveTimeouts(
  timeouts: TimeoutsDocument | undefined,
  base: Timeouts = DEFAULT_TIMEOUTS,
): Timeouts {
  return {
    connectMs: timeouts?.connect === undefined ? base.connectMs : parseDurationMs(timeouts.connect),
    firstByteMs: timeouts?.firstByte === undefined ? base.firstByteMs : parseDurationMs(timeouts.firstByte),
    totalMs: timeouts?.total === undefined ? base.totalMs : parseDurationMs(timeouts.total),
  }
}

/** Every kind but those that another try cannot mend. */
const RETRIED_KINDS = ERROR_KINDS.filter((kind) => !['none', 'expectation', 'code', 'aborted'].includes(kind))

export function resolveRetry(retry: RetryDocument | undefined): RetryPlan | null {
  if (retry === undefined) return null
  return {
    attempts: retry.attempts,
    on: retry.on ?? RETRIED_KINDS,
    backoff: {
      baseMs: parseDurationMs(retry.backoff ?? '200ms'),
      factor: retry.factor ?? 2,
      maxMs: parseDurationMs(retry.maxBackoff ?? '10s'),
      jitterRatio: retry.jitter ?? 0.5,
    },
  }
}

function requestStep(
  step: RequestDocument,
  path: readonly PropertyKey[],
  defaults: StepDefaults,
): RequestStepPlan {
  const targetName = step.target ?? 'main'
  const target = defaults.targets[targetName]
  const plan = {
    kind: 'request' as const,
    target: targetName,
    timeouts: resolveTimeouts(step.timeouts, defaults.timeouts),
    expect: Object.entries(step.expect ?? {}).flatMap(([kind, value]) =>
      value === undefined ? [] : [{ kind, value }],
    ),
    extract: step.extract ?? {},
    retry: step.retry === undefined ? defaults.retry : resolveRetry(step.retry),
    followUps: [],
  }
  checkExtractions(plan.extract, path, defaults.problems)
  if (target === undefined) {
    unknownTarget(targetName, path, defaults)
    return { ...plan, name: step.step ?? targetName, request: step.request }
  }
  const plugin = targetPlugins.get(target.plugin)
  const parsed = plugin.requestSchema.safeParse(step.request)
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      defaults.problems.push({ path: pathText([...path, 'request', ...issue.path]), message: issue.message })
    }
    return { ...plan, name: step.step ?? targetName, request: step.request }
  }
  return { ...plan, name: step.step ?? plugin.nameOf(parsed.data), request: parsed.data }
}

function checkExtractions(
  extract: Readonly<Record<string, string>>,
  path: readonly PropertyKey[],
  problems: Problem[],
): void {
  for (const [variable, source] of Object.entries(extract)) {
    try {
      compileExtraction(source)
    } catch (error) {
      problems.push({
        path: pathText([...path, 'extract', variable]),
        message: messageOf(error),
        expected: 'json:path, header:name or regex:(group)',
      })
    }
  }
}

function unknownTarget(
  name: string,
  path: readonly PropertyKey[],
  { targets, problems }: StepDefaults,
): void {
  const nearest = nearestName(name, Object.keys(targets))
  problems.push({
    path: pathText([...path, 'target']),
    message: `there is no target '${name}'`,
    expected: Object.keys(targets).join(', '),
    ...(nearest === undefined ? {} : { nearest }),
  })
}

/** A command of the catalogue: the class by the mix, each command of a class equally likely, recorded under its class. */
function operationsStep(
  step: OperationsDocument,
  path: readonly PropertyKey[],
  defaults: StepDefaults,
): StepPlan {
  const { target, mix = defaults.mix, ...shared } = step.operations
  const toRequest = (name: string, method: string, requestPath: string) =>
    requestStep(
      {
        request: { method, path: requestPath },
        step: name,
        ...(target === undefined ? {} : { target }),
        ...shared,
      },
      [...path, 'operations'],
      defaults,
    )
  const followUps = ESCALATIONS.map(({ kind, probability, path: escalationPath }) => ({
    kind,
    probability,
    step: toRequest(`escalation/${kind}`, 'POST', escalationPath),
  }))
  const alternatives = OPERATION_CLASSES.filter((name) => mix[name] > 0).flatMap((name) => {
    const operations = operationsOfClass(name)
    return operations.map((operation) => ({
      weight: mix[name] / operations.length,
      step: {
        ...toRequest(name, operation.method, operation.path),
        followUps: name === 'complex' ? followUps : [],
      },
    }))
  })
  if (alternatives.length === 0) {
    defaults.problems.push({
      path: pathText([...path, 'operations', 'mix']),
      message: 'every share of the mix is 0',
      expected: 'at least one share above 0',
    })
  }
  return { kind: 'choice', name: 'operations', alternatives }
}
