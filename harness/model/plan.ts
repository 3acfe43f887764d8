/**
 * The resolved plan of a run: plain data, no functions, no secrets, every default filled in. It is what `--dry-run`
 * prints, what is hashed, what each shard receives, and what the record keeps. Times are milliseconds since run start.
 */
import type { ObjectivePlan } from './objective-plan.ts'
import type { Severity } from './severity.ts'
import type { JourneyPlan, LoginRetryPlan, StepPlan, Timeouts } from './step-plan.ts'
import type { VisualBounds } from './visual.ts'
import type { PhasePlan, WorkloadPlan } from './workload-plan.ts'

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

/** A target after resolution: plugin name and its own configuration, `url` included where there is one. */
export interface TargetPlan {
  readonly plugin: string
  readonly config: Readonly<Record<string, unknown>>
}

/** A plugin of some family and its own settings, checked by its schema; secrets are still `{{secret.NAME}}`. */
export interface PluginPlan {
  readonly plugin: string
  readonly config: Readonly<Record<string, unknown>>
}

/** Who is told of a breach. */
export interface AlertsPlan {
  readonly channels: Readonly<Record<string, PluginPlan>>
  /** An alert goes to the channels of every route whose severity it reaches. */
  readonly routes: readonly { readonly severity: Severity; readonly channels: readonly string[] }[]
}

/** How the system under test is put back. */
export interface RollbackPlan {
  /** The scenario's half of being armed; the environment has to allow it too. */
  readonly armed: boolean
  /** By name; `default` is what `rollback: true` of an objective asks for. */
  readonly procedures: Readonly<Record<string, PluginPlan>>
  /** Name of the procedure that a confirmed regression asks for; null: none. */
  readonly onRegression: string | null
  /** Completed requests below which nothing is undone. */
  readonly minRequests: number
  /** Length of the load that shows the system healthy after the undo. */
  readonly validationMs: number
  /** Limit of each step, ms. */
  readonly stepTimeoutMs: number
}

/** Rows that agents take: `unique` never twice (then the agent stops), `per-agent` one row each for life. */
export interface FeederPlan {
  readonly mode: 'unique' | 'circular' | 'random' | 'shuffle' | 'per-agent'
  readonly rows: readonly Readonly<Record<string, string>>[]
}

/** A picture that a run makes, and what it has to be like. */
export interface VisualPlan {
  /** For the shell, after the load; null when the run itself writes the file. */
  readonly command: string | null
  /** Relative to where the harness runs. */
  readonly file: string
  /** Limit of the command. */
  readonly timeoutMs: number
  readonly bounds: VisualBounds
}

/** A build of the target that the harness can load, and start when `command` says how. */
export interface BuildPlan {
  readonly url: string
  /** For the shell; null when it runs already. */
  readonly command: string | null
  /** How long it may take to answer. */
  readonly readyMs: number
}

/** Both sides of a comparison by pairs. `candidate` null: the scenario's own target. */
export interface BuildsPlan {
  readonly baseline: BuildPlan
  readonly candidate: BuildPlan | null
}

export interface RunPlan {
  readonly schemaVersion: 1
  readonly scenario: string
  readonly environment: string | null
  readonly seed: number
  readonly durationMs: number
  /** How long requests in flight may finish after the end. */
  readonly drainMs: number
  /** Of requests that state none of their own. */
  readonly timeouts: Timeouts
  /** Contiguous, in order, covering [0, durationMs). */
  readonly phases: readonly PhasePlan[]
  readonly workload: WorkloadPlan
  /** Connections a run may hold in all; null = one an agent. */
  readonly connections: number | null
  /** high: the dispatcher looks at the clock in every turn of the loop, which takes a whole core a thread. */
  readonly precision: 'normal' | 'high'
  readonly targets: Readonly<Record<string, TargetPlan>>
  readonly journeys: readonly JourneyPlan[]
  readonly feeders: Readonly<Record<string, FeederPlan>>
  readonly objectives: readonly ObjectivePlan[]
  /** Steps walked once an agent (each session), before its first journey; `'code'` = `login` of the module. */
  readonly login: readonly StepPlan[] | 'code' | null
  readonly loginRetry: LoginRetryPlan
  readonly setup: boolean
  readonly teardown: boolean
  /** Compare with the baseline `main`, and begin it with the first GO run. */
  readonly autoBaseline: boolean
  /** How to run the builds that are compared; null when nobody said. */
  readonly builds: BuildsPlan | null
  readonly alerts: AlertsPlan
  readonly rollback: RollbackPlan | null
  /** Objectives whose breach halts all load on the state store (emergency). */
  readonly limits: readonly ObjectivePlan[]
  /** What is watched besides the target's own process, by the name that objectives use. */
  readonly probes: Readonly<Record<string, PluginPlan>>
  /** Pictures that are compared with approved ones when the load has ended, by name. */
  readonly visuals: Readonly<Record<string, VisualPlan>>
  /** Requests carry `traceparent` and `x-correlation-id`. */
  readonly tracing: boolean
  /** Hosts beyond loopback to which load may be sent. */
  readonly allowHosts: readonly string[]
  /** Names of the secrets the scenario refers to; values never enter the plan. */
  readonly secrets: readonly string[]
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

/** Where a shard finds the code of a scenario; null for pure data. */
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
}
