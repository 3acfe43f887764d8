/**
 * Compiles a plan to the program that the engine walks: steps become operations bound to live drivers, code is found in the
 * module.
 */
import { HarnessError } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import { Template } from '../base/template.ts'
import type {
  ChoiceOp,
  Extractor,
  FollowUp,
  JourneyCode,
  JourneyProgram,
  Op,
  Program,
  RequestOp,
  RetryOp,
} from '../engine/program.ts'
import { FIRST_ESCALATION_COLUMN } from '../engine/shard-memory.ts'
import { compileExtraction, type Extraction } from '../expectations/extraction.ts'
import { compileExpectations } from '../expectations/index.ts'
import { ERROR_KINDS } from '../model/outcome.ts'
import type { JourneyPlan, RequestStepPlan, RetryPlan, RunPlan, StepPlan, TargetPlan } from '../model/plan.ts'
import type { TargetDriver } from '../ports/target.ts'
import type { StatusLanguage } from '../ports/target-plugin.ts'
import { targetsOf } from '../targets/outside/targets-of.ts'
import type { Drivers } from './create-drivers.ts'
import { withPlacedCalls } from './placed-calls.ts'
import type { CodeLookup } from './scenario-code.ts'

/** The statuses that a target of a plan answers with. */
export function statusOf(plan: Pick<RunPlan, 'targets' | 'plugins'>, target: string): StatusLanguage {
  return targetsOf(plan).get((lookUp(plan.targets, target) as TargetPlan).plugin).status
}

/** Returns the kinds of escalation in a plan, sorted: their order is the order of the counters. */
export function escalationKindsOf(plan: RunPlan): string[] {
  const kinds = new Set<string>()
  const visit = (step: StepPlan) => {
    if (step.kind === 'choice') for (const { step: alternative } of step.alternatives) visit(alternative)
    if (step.kind === 'request') for (const followUp of step.followUps) kinds.add(followUp.kind)
  }
  for (const journey of plan.journeys) journey.steps?.forEach(visit)
  return [...kinds].sort()
}

/** Compiles the program of a plan. @param keepsAnswers every answer is kept @throws HarnessError SCENARIO_INVALID when a driver rejects a request */
export function compileProgram(
  plan: RunPlan,
  drivers: Drivers,
  code: CodeLookup,
  keepsAnswers = false,
): Program {
  const parts: ProgramParts = {
    plan,
    drivers,
    keepsAnswers,
    columns: new Map(escalationKindsOf(plan).map((kind, index) => [kind, FIRST_ESCALATION_COLUMN + index])),
  }
  const compileJourney = (
    journey: Pick<JourneyPlan, 'name' | 'steps'>,
    codePath: string,
  ): JourneyProgram => ({
    name: journey.name,
    ops: (journey.steps ?? []).map((step) => compileStep(step, parts)),
    code: journey.steps === null ? (functionAt(code, codePath) as JourneyCode) : null,
  })
  return {
    journeys: plan.journeys.map((journey) => compileJourney(journey, `journeys.${journey.name}.run`)),
    walked: plan.workloads.map(({ journeys = plan.journeys }) => ({
      journeys: journeys.map(({ name }) => plan.journeys.findIndex((journey) => journey.name === name)),
      cumulativeWeights: runningSums(journeys.map(({ weight }) => weight)),
    })),
    login:
      plan.login === null
        ? null
        : compileJourney({ name: 'login', steps: plan.login === 'code' ? null : plan.login }, 'login'),
    drivers: [...drivers.values()],
  }
}

interface ProgramParts {
  readonly plan: RunPlan
  readonly drivers: Drivers
  readonly keepsAnswers: boolean
  /** Counter of each kind of escalation. */
  readonly columns: ReadonlyMap<string, number>
}

function compileStep(step: StepPlan, parts: ProgramParts): Op {
  switch (step.kind) {
    case 'think':
      return { kind: 'think', ...step.time }
    case 'choice':
      return compileChoice(step, parts)
    case 'request':
      return compileRequest(step, parts)
  }
}

function compileChoice(step: Extract<StepPlan, { kind: 'choice' }>, parts: ProgramParts): ChoiceOp {
  return {
    kind: 'choice',
    cumulativeWeights: runningSums(step.alternatives.map(({ weight }) => weight)),
    ops: step.alternatives.map((alternative) => compileRequest(alternative.step, parts)),
  }
}

function compileRequest(step: RequestStepPlan, parts: ProgramParts): RequestOp {
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

function compileFollowUps(step: RequestStepPlan, parts: ProgramParts): FollowUp[] {
  const cumulative = runningSums(step.followUps.map(({ probability }) => probability))
  return step.followUps.map((followUp, index) => ({
    cumulative: cumulative[index] as number,
    column: parts.columns.get(followUp.kind) as number,
    op: compileRequest(followUp.step, parts),
  }))
}

function runningSums(amounts: readonly number[]): number[] {
  let total = 0
  return amounts.map((amount) => {
    total += amount
    return total
  })
}

function functionAt(code: CodeLookup, path: string): unknown {
  const found = code(path)
  if (typeof found === 'function') return found
  throw new HarnessError('SCENARIO_INVALID', `${path} is not a function in the scenario module`, {
    hint: 'The scenario file changed while the run was prepared; start the run again.',
  })
}
