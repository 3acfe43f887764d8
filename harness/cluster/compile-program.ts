/**
 * Compiles a plan to the program that the engine walks: steps become operations bound to live drivers, code is found in the
 * module.
 */
import { pathToFileURL } from 'node:url'
import type { Clock } from '../base/clock.ts'
import { HarnessError } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import { Template } from '../base/template.ts'
import { tracePrefixOf } from '../base/trace-id.ts'
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
import type {
  JourneyPlan,
  RequestStepPlan,
  RetryPlan,
  RunPlan,
  ShardPlan,
  StepPlan,
  TargetPlan,
} from '../model/plan.ts'
import type { DeliveryChannel, TargetDriver, TargetEvents, Tracing } from '../ports/target.ts'
import type { StatusLanguage } from '../ports/target-plugin.ts'
import { givenSecrets } from '../targets/outside/given-secrets.ts'
import { targetsOf } from '../targets/outside/targets-of.ts'

/** Live drivers of a shard, by the name of their target. */
export type Drivers = ReadonlyMap<string, TargetDriver>

/** The statuses that a target of a plan answers with. */
export function statusOf(plan: Pick<RunPlan, 'targets' | 'plugins'>, target: string): StatusLanguage {
  return targetsOf(plan).get((lookUp(plan.targets, target) as TargetPlan).plugin).status
}

/** A function of the scenario module by its path (`journeys.buy.run`). */
export type CodeLookup = (path: string) => unknown

/** Imports the bundled scenario module, if there is one. */
export async function loadCode({ module }: ShardPlan): Promise<CodeLookup> {
  if (module === null) return () => undefined
  const { default: scenario } = (await import(pathToFileURL(module.path).href)) as { default: unknown }
  return (path) =>
    path
      .split('.')
      .reduce<unknown>((value, key) => lookUp((value ?? {}) as Record<string, unknown>, key), scenario)
}

/** Returns the number of slots of a shard: of `amount` things numbered from 0, those g with g mod shardCount = shard. */
export function shareOf(amount: number, { shard, shardCount }: ShardPlan): number {
  return Math.max(0, Math.ceil((amount - shard) / shardCount))
}

/**
 * Creates the marks for the requests of a shard; null unless the plan asks for them. @param lane unique among the parts of a run
 */
export function createTracing({ plan, runId, correlationId }: ShardPlan, lane: number): Tracing | null {
  if (!plan.tracing) return null
  return { correlationId, prefix: tracePrefixOf(`${runId} ${correlationId}`, lane), issued: 0 }
}

/** The context for the drivers of a shard, besides its plan. */
export interface DriverParts {
  readonly code: CodeLookup
  readonly clock: Clock
  readonly tracing: Tracing | null
  readonly events: TargetEvents
  readonly secrets: Readonly<Record<string, string>>
  /** The accounts of messages, by target. */
  readonly channels: ReadonlyMap<string, DeliveryChannel>
}

/** Creates the drivers of a shard, by target name. */
export async function createDrivers(share: ShardPlan, { channels, ...parts }: DriverParts): Promise<Drivers> {
  const { plan, runId, shard, shardCount, provisioned } = share
  const context = {
    ...parts,
    agents: shareOf(plan.workload.agents, share),
    connectionsPerAgent: plan.connectionsPerAgent,
    seed: plan.seed,
    defaultTimeouts: plan.timeouts,
    allowCommands: plan.allowCommands ?? [],
    shared: new Map<string, unknown>(),
  }
  if (plan.plugins !== undefined) await (await import('../targets/outside/open-plugins.ts')).openPlugins(plan)
  const targets = targetsOf(plan)
  const created = Object.entries(plan.targets).map(async ([name, target]) => {
    const { config, secrets } = givenSecrets(plan, target, parts.secrets)
    const { connections } = target
    const driver = await targets.get(target.plugin).createDriver(config, {
      ...context,
      secrets,
      connections: connections === undefined ? null : shareOf(connections, share),
      channel: channels.get(name) ?? null,
      provisioned: lookUp(provisioned, name) ?? {},
      place: { target: name, runId, shard, shardCount },
    })
    return [name, driver] as const
  })
  return new Map(await Promise.all(created))
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

/** Compiles the program of a plan. @throws HarnessError SCENARIO_INVALID when a driver rejects a request */
export function compileProgram(plan: RunPlan, drivers: Drivers, code: CodeLookup): Program {
  const parts: ProgramParts = {
    plan,
    drivers,
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
    cumulativeWeights: runningSums(plan.journeys.map((journey) => journey.weight)),
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
  const expectations = compileExpectations(step.expect, {
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
    request: driver.compile(step.request, step.name),
    timeouts: step.timeouts,
    component: step.component ?? null,
    keepAnswer: expectations.needsAnswer || extractions.length > 0,
    judge: expectations.judge,
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
