/** Steps of a document as steps of a plan: names, defaults, targets and expectations filled in. */
import { messageOf, type Problem } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import { parseDurationMs, parseDurationRange } from '../base/units.ts'
import { compileExtraction } from '../expectations/index.ts'
import type { TargetPlan } from '../model/plan.ts'
import type { RequestStepPlan, RetryPlan, StepPlan, Timeouts } from '../model/step-plan.ts'
import type { OperationMix } from '../model/workload-plan.ts'
import { targets as plugins } from '../targets/index.ts'
import { ESCALATIONS, OPERATION_CLASSES, operationsOfClass } from '../targets/sandbox/catalogue.ts'
import { MAIN_TARGET, RETRY } from './defaults.ts'
import { type Path, parseAt, pathText, unknownName } from './problems.ts'
import type {
  OperationsDocument,
  RequestDocument,
  RetryDocument,
  StepDocument,
  TimeoutsDocument,
} from './step-schema.ts'

/** What steps inherit from the scenario. */
export interface StepDefaults {
  readonly targets: Readonly<Record<string, TargetPlan>>
  readonly timeouts: Timeouts
  readonly retry: RetryPlan | null
  readonly mix: OperationMix
  readonly problems: Problem[]
}

/** Resolves a list of steps; what is wrong goes to `defaults.problems`. */
export function resolveSteps(steps: readonly StepDocument[], path: Path, defaults: StepDefaults): StepPlan[] {
  if (steps.every((step) => 'think' in step)) {
    defaults.problems.push({
      path: pathText(path),
      message: 'nothing but think time',
      expected: 'at least one request',
    })
  }
  return steps.map((step, index) => {
    const at = [...path, index]
    if ('think' in step) return { kind: 'think', time: parseDurationRange(step.think) }
    return 'operations' in step ? operationsStep(step, at, defaults) : requestStep(step, at, defaults)
  })
}

/** Timeouts with what is not said taken from `base`. */
export function resolveTimeouts(timeouts: TimeoutsDocument | undefined, base: Timeouts): Timeouts {
  const orBase = (text: string | undefined, baseMs: number) =>
    text === undefined ? baseMs : parseDurationMs(text)
  const firstByteMs = orBase(timeouts?.firstByte, base.firstByteMs)
  return {
    connectMs: orBase(timeouts?.connect, base.connectMs),
    firstByteMs,
    // Whoever states a long wait for the first byte does not want the default of the whole to cut it off.
    totalMs: orBase(
      timeouts?.total,
      timeouts?.firstByte === undefined ? base.totalMs : Math.max(base.totalMs, firstByteMs),
    ),
  }
}

/** A retry with its defaults; null when there is none. */
export function resolveRetry(retry: RetryDocument | undefined): RetryPlan | null {
  if (retry === undefined) return null
  return {
    attempts: retry.attempts,
    on: retry.on ?? RETRY.on,
    backoff: {
      baseMs: parseDurationMs(retry.backoff ?? RETRY.backoff),
      factor: retry.factor ?? RETRY.factor,
      maxMs: parseDurationMs(retry.maxBackoff ?? RETRY.maxBackoff),
      jitterRatio: retry.jitter ?? RETRY.jitter,
    },
  }
}

function requestStep(step: RequestDocument, path: Path, defaults: StepDefaults): RequestStepPlan {
  const target = step.target ?? MAIN_TARGET
  checkExtractions(step.extract ?? {}, [...path, 'extract'], defaults.problems)
  return {
    kind: 'request',
    target,
    ...resolveRequest(step, target, path, defaults),
    timeouts: resolveTimeouts(step.timeouts, defaults.timeouts),
    expect: Object.entries(step.expect ?? {}).flatMap(([kind, value]) =>
      value === undefined ? [] : [{ kind, value }],
    ),
    extract: step.extract ?? {},
    retry: step.retry === undefined ? defaults.retry : resolveRetry(step.retry),
    followUps: [],
  }
}

/** The request in its plugin's format, and the name under which it is recorded. */
function resolveRequest(
  step: RequestDocument,
  targetName: string,
  path: Path,
  { targets, problems }: StepDefaults,
): Pick<RequestStepPlan, 'name' | 'request'> {
  const asWritten = { name: step.step ?? targetName, request: step.request }
  const target = lookUp(targets, targetName)
  if (target === undefined) {
    const known = Object.keys(targets)
    // Without any target that is the problem, once, and not every step of it.
    if (known.length > 0) problems.push(unknownName([...path, 'target'], 'target', targetName, known))
    return asWritten
  }
  const plugin = plugins.get(target.plugin)
  const checked = parseAt(plugin.requestSchema, step.request, [...path, 'request'])
  problems.push(...checked.problems)
  return checked.value === null
    ? asWritten
    : { name: step.step ?? plugin.nameOf(checked.value), request: checked.value }
}

function checkExtractions(extract: Readonly<Record<string, string>>, path: Path, problems: Problem[]): void {
  for (const [variable, source] of Object.entries(extract)) {
    try {
      compileExtraction(source)
    } catch (error) {
      problems.push({
        path: pathText([...path, variable]),
        message: messageOf(error),
        expected: 'json:path, header:name or regex:(group)',
      })
    }
  }
}

/** A command of the catalogue: the class by the mix, each command of a class equally likely, recorded under its class. */
function operationsStep(step: OperationsDocument, path: Path, defaults: StepDefaults): StepPlan {
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
