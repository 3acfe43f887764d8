/** Compiles requests of a plan: bound to live drivers, with their expectations, extractions, retries and follow-ups. */
import { lookUp } from '../base/names.ts'
import { runningSums } from '../base/running-sums.ts'
import { Template } from '../base/template.ts'
import type { ChoiceOp, Extractor, FollowUp, RequestOp, RetryOp } from '../engine/program.ts'
import { compileExtraction, type Extraction } from '../expectations/extraction.ts'
import { compileExpectations } from '../expectations/index.ts'
import { ERROR_KINDS } from '../model/outcome.ts'
import type { RequestStepPlan, RetryPlan, RunPlan, StepPlan, TargetPlan } from '../model/plan.ts'
import type { TargetDriver } from '../ports/target.ts'
import type { StatusLanguage } from '../ports/target-plugin.ts'
import { targetsOf } from '../targets/outside/targets-of.ts'
import type { Drivers } from './create-drivers.ts'
import { withPlacedCalls } from './placed-calls.ts'

export interface RequestParts {
  readonly plan: Pick<RunPlan, 'targets' | 'plugins'>
  readonly drivers: Drivers
  readonly keepsAnswers: boolean
  /** Counter of each kind of escalation. */
  readonly columns: ReadonlyMap<string, number>
}

/** The statuses that a target of a plan answers with. */
export function statusOf(plan: Pick<RunPlan, 'targets' | 'plugins'>, target: string): StatusLanguage {
  return targetsOf(plan).get((lookUp(plan.targets, target) as TargetPlan).plugin).status
}

/** Compiles a step that is one of several requests. */
export function compileChoice(step: Extract<StepPlan, { kind: 'choice' }>, parts: RequestParts): ChoiceOp {
  return {
    kind: 'choice',
    cumulativeWeights: runningSums(step.alternatives.map(({ weight }) => weight)),
    ops: step.alternatives.map((alternative) => compileRequest(alternative.step, parts)),
  }
}

/** Compiles a request. @throws HarnessError SCENARIO_INVALID when its driver rejects it */
export function compileRequest(step: RequestStepPlan, parts: RequestParts): RequestOp {
  const driver = parts.drivers.get(step.target) as TargetDriver
  const expectations = compileExpectations(withPlacedCalls(step.expect, `expect ${step.name}`), {
    status: statusOf(parts.plan, step.target),
    template: Template.parse,
  })
  const extractions = Object.entries(step.extract).map(([name, source]) => ({
    name,
    source,
    take: compileExtraction(source),
  }))
  return {
    kind: 'request',
    step: step.name,
    driver,
    request: driver.compile(withPlacedCalls(step.request, step.name), step.name),
    timeouts: step.timeouts,
    component: step.component ?? null,
    keepAnswer: parts.keepsAnswers || expectations.needsAnswer || extractions.length > 0,
    judge: expectations.judge,
    expectations: expectations.each,
    extract: extractions.length === 0 ? null : extractorOf(extractions),
    retry: compileRetry(step.retry),
    followUps: compileFollowUps(step, parts),
  }
}

/** Compiles how a request is tried again. */
export function compileRetry(retry: RetryPlan | null): RetryOp | null {
  if (retry === null) return null
  const { attempts, on, backoff } = retry
  return { attempts, on: ERROR_KINDS.map((kind) => on.includes(kind)), backoff }
}

/** An extractor of all values of a step; each that is not found is unset, and the first of them is what the step misses. */
function extractorOf(
  extractions: readonly { readonly name: string; readonly source: string; readonly take: Extraction }[],
): Extractor {
  return (exchange, set) => {
    let missing: string | null = null
    for (const { name, source, take } of extractions) {
      const value = take(exchange)
      set(name, value)
      if (value === undefined) missing ??= `${name}: nothing at ${source}`
    }
    return missing
  }
}

function compileFollowUps(step: RequestStepPlan, parts: RequestParts): FollowUp[] {
  const cumulative = runningSums(step.followUps.map(({ probability }) => probability))
  return step.followUps.map((followUp, index) => ({
    cumulative: cumulative[index] as number,
    column: parts.columns.get(followUp.kind) as number,
    op: compileRequest(followUp.step, parts),
  }))
}
