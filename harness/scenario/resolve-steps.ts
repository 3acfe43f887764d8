/** Turns steps of a document into steps of a plan: names, defaults, targets and expectations filled in. */
import { messageOf, type Problem } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import type { Registry } from '../base/registry.ts'
import { parseDurationMs, parseDurationRange } from '../base/units.ts'
import { compileExtraction } from '../expectations/extraction.ts'
import {
  MAIN_TARGET,
  type OperationMix,
  type RequestStepPlan,
  type RetryPlan,
  type StepPlan,
  type TargetPlan,
  type Timeouts,
} from '../model/plan.ts'
import { requestsIn } from '../model/plan-steps.ts'
import type { NamedRequest, StepKind, TargetPlugin } from '../ports/target-plugin.ts'
import { stepKinds } from '../targets/index.ts'
import { RETRY, type RequestDocument, type RetryDocument, type TimeoutsDocument } from '../targets/step.ts'
import { type Path, parseAt, pathText, unknownName } from './problems.ts'
import { isFlow, resolveFlow } from './resolve-flow.ts'
import type { StepDocument } from './step-schema.ts'
import type { RendezvousDocument } from './think-step.ts'

/** Settings of a step of a target's own; these every one has. */
type TargetSettings = Readonly<Record<string, unknown>> &
  Pick<RequestDocument, 'target' | 'retry' | 'timeouts'>

/** Settings that steps inherit from the scenario. */
export interface StepDefaults {
  readonly targets: Readonly<Record<string, TargetPlan>>
  readonly plugins: Registry<TargetPlugin>
  readonly timeouts: Timeouts
  readonly retry: RetryPlan | null
  readonly mix: OperationMix
  readonly problems: Problem[]
}

/** Resolves a list of steps; what is wrong goes to `defaults.problems`. */
export function resolveSteps(steps: readonly StepDocument[], path: Path, defaults: StepDefaults): StepPlan[] {
  const resolved = resolveList(steps, path, defaults)
  if (requestsIn(resolved).length === 0) {
    defaults.problems.push({
      path: pathText(path),
      message: 'nothing but think time',
      expected: 'at least one request',
    })
  }
  return resolved
}

function resolveList(steps: readonly StepDocument[], path: Path, defaults: StepDefaults): StepPlan[] {
  const inside = (inner: readonly StepDocument[], at: Path) => resolveList(inner, at, defaults)
  return steps.map((step, index) => {
    const at = [...path, index]
    if (isThink(step)) return { kind: 'think', time: parseDurationRange(step.think) }
    if ('pace' in step) return { kind: 'pace', everyMs: parseDurationMs(step.pace as string) }
    if ('rendezvous' in step) return rendezvousOf(step as RendezvousDocument)
    if (isFlow(step)) return resolveFlow(step, at, inside)
    const own = ownStepOf(step)
    return own === null
      ? requestStep(step as RequestDocument, at, defaults)
      : choiceStep(own.kind, own.settings, at, defaults)
  })
}

function rendezvousOf({ rendezvous: { agents, timeout } }: RendezvousDocument): StepPlan {
  return { kind: 'rendezvous', agents, timeoutMs: parseDurationMs(timeout) }
}

/** A step that a target brings: its kind and its settings; null for a request and think time. */
export function ownStepOf(
  step: StepDocument,
): { readonly kind: StepKind; readonly settings: TargetSettings } | null {
  const kind = stepKinds.find(({ name }) => Object.hasOwn(step, name))
  if (kind === undefined) return null
  return { kind, settings: lookUp(step as Readonly<Record<string, TargetSettings>>, kind.name) ?? {} }
}

function isThink(step: StepDocument): step is Extract<StepDocument, { think: string }> {
  return 'think' in step
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
    ...(step.component === undefined ? {} : { component: step.component }),
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
  { targets, plugins, problems }: StepDefaults,
): Pick<RequestStepPlan, 'name' | 'request'> {
  const asWritten = { name: step.step ?? targetName, request: step.request }
  const target = lookUp(targets, targetName)
  if (target === undefined) {
    const known = Object.keys(targets)
    // Without any target that is the problem, once, and not every step of it.
    if (known.length > 0) problems.push(unknownName([...path, 'target'], 'target', targetName, known))
    return asWritten
  }
  // An unknown plugin is a problem of its target; nobody knows what its requests look like.
  if (!plugins.names.includes(target.plugin)) return asWritten
  const plugin = plugins.get(target.plugin)
  const checked = parseAt(plugin.requestSchema, step.request, [...path, 'request'])
  problems.push(...checked.problems)
  if (step.expect?.['status'] !== undefined)
    problems.push(
      ...parseAt(plugin.status.expected, step.expect['status'], [...path, 'expect', 'status']).problems,
    )
  for (const message of checked.value === null
    ? []
    : (plugin.problemsOf?.(target.config, checked.value) ?? []))
    problems.push({ path: pathText([...path, 'request']), message })
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

/** A step of a target's own: one of the requests it stands for. */
function choiceStep(kind: StepKind, settings: TargetSettings, path: Path, defaults: StepDefaults): StepPlan {
  const { target, retry, timeouts } = settings
  const resolved = ({ step, request }: NamedRequest) => {
    const written = { request, step, target, retry, timeouts }
    return requestStep(written, [...path, kind.name], defaults)
  }
  return {
    kind: 'choice',
    name: kind.name,
    alternatives: kind.expand(settings, defaults.mix).map(({ weight, followUps, ...command }) => ({
      weight,
      step: {
        ...resolved(command),
        followUps: followUps.map((followUp) => ({
          kind: followUp.kind,
          probability: followUp.probability,
          step: resolved(followUp),
        })),
      },
    })),
  }
}
