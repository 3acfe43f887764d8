/** The plan of a run: the types, inferred from the schemas in plan/, and functions over them; free of zod. */
import type { Timeouts } from './plan/journey-schema.ts'
import type { ObjectivePlan } from './plan/objective-schema.ts'
import type { RunPlan } from './plan/run-plan-schema.ts'

export type { CurvePlan } from './plan/curve-schema.ts'
export type {
  ExpectationPlan,
  FeederPlan,
  JourneyPlan,
  LoginRetryPlan,
  RequestStepPlan,
  RetryPlan,
  StepPlan,
  Timeouts,
} from './plan/journey-schema.ts'
export type { ObjectivePlan, WatchPlan } from './plan/objective-schema.ts'
export type {
  AlertsPlan,
  OutputsPlan,
  PluginPlan,
  RequirementPlan,
  RollbackPlan,
} from './plan/reaction-schema.ts'
export type {
  BuildPlan,
  BuildsPlan,
  OutsidePlugin,
  RunPlan,
  ServicePlan,
  TargetPlan,
  VisualPlan,
} from './plan/run-plan-schema.ts'
export { pluginHeldLoop, pluginThrew, usedPluginSchema } from './plan/run-plan-schema.ts'
export type {
  IterationsPlan,
  JoinPlan,
  MsRange,
  OperationMix,
  PhasePlan,
  RegionPlan,
  SessionPlan,
  WorkloadPlan,
} from './plan/workload-schema.ts'

/** Name of the target of steps that name none, and of `target: ...`. */
export const MAIN_TARGET = 'main'

/** The longest a request waits that says nothing else; a run too short for them has shorter ones (`longestWaitMs`). */
export const DEFAULT_TIMEOUTS: Timeouts = { connectMs: 5_000, firstByteMs: 10_000, totalMs: 60_000 }

/**
 * The longest wait for an answer that fits a run: a third of its measured part, and the drain. What waits longer may still
 * be under way when the run ends, and is then `unanswered` in place of a timeout.
 */
export function longestWaitMs({ phases, drainMs }: Pick<RunPlan, 'phases' | 'drainMs'>): number {
  const measuredMs = phases.reduce(
    (sum, { measured, startMs, endMs }) => sum + (measured ? endMs - startMs : 0),
    0,
  )
  return Math.round(measuredMs / 3 + drainMs)
}

/** Returns the names of the targets whose load mocks take. */
export function mockedNames({ mocked = [] }: Pick<RunPlan, 'mocked'>): string[] {
  return mocked.map(({ target }) => target)
}

/** Tells whether a journey, or the login, is code. */
export function hasCode({ login, journeys }: Pick<RunPlan, 'login' | 'journeys'>): boolean {
  return login === 'code' || journeys.some(({ steps }) => steps === null)
}

/** Returns true when a miss of the objective is NO-GO. */
export function isGate({ role, severity }: Pick<ObjectivePlan, 'role' | 'severity'>): boolean {
  return role === 'core' && severity !== 'info' && severity !== 'warning'
}

/** Length of the measured phases, as far as load ran. */
export function measuredSeconds({ phases }: RunPlan, loadMs: number): number {
  const measuredMs = phases.reduce(
    (sum, { measured, startMs, endMs }) =>
      sum + (measured ? Math.max(0, Math.min(endMs, loadMs) - startMs) : 0),
    0,
  )
  return measuredMs / 1000
}

/** The code of a scenario. */
export interface ScenarioModule {
  /** Bundled ES module on disk. */
  readonly path: string
}

/** One shard's share: the plan and which stripe of it is this shard's. Plain serialisable data. */
export interface ShardPlan {
  readonly runId: string
  readonly plan: RunPlan
  readonly module: ScenarioModule | null
  readonly shard: number
  readonly shardCount: number
  /** Values returned by `setup`, given to code journeys. */
  readonly setupValue: unknown
  /** By which the run is found in logs and, when it is traced, in the target's traces. */
  readonly correlationId: string
  /** The results of `TargetPlugin.provision`, by the name of the target. */
  readonly provisioned: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}
