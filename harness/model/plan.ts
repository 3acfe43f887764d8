/**
 * The resolved plan of a run: plain data, no functions, no secrets, every default filled in. It is what `--dry-run`
 * prints, what is hashed, what each shard receives, and what the record keeps. Times are milliseconds since run start.
 */
import type { ObjectiveDemand } from './demand.ts'
import type { Severity } from './severity.ts'
import type { VisualBounds } from './visual.ts'

/** Demand over time as data; `value` is arrivals per second (open model) or agents (closed model). */
export type CurvePlan =
  | { readonly kind: 'constant'; readonly value: number; readonly durationMs: number }
  | { readonly kind: 'ramp'; readonly from: number; readonly to: number; readonly durationMs: number }
  | { readonly kind: 'steps'; readonly values: readonly number[]; readonly stepMs: number }
  /** `base`, a linear rise of `rampMs` from `atMs` to `peak`, held for `holdMs`, a fall of `rampMs`, `base` again. */
  | {
      readonly kind: 'spike'
      readonly base: number
      readonly peak: number
      readonly atMs: number
      readonly rampMs: number
      readonly holdMs: number
      readonly durationMs: number
    }
  /** `mean + amplitude * sin(2 pi (t + shiftMs) / periodMs)`, amplitude <= mean. */
  | {
      readonly kind: 'sine'
      readonly mean: number
      readonly amplitude: number
      readonly periodMs: number
      readonly shiftMs: number
      readonly durationMs: number
    }
  /** Piecewise linear through [instant ms, value]; the first instant is 0, instants rise. */
  | { readonly kind: 'points'; readonly points: readonly (readonly [number, number])[] }
  | { readonly kind: 'sequence'; readonly parts: readonly CurvePlan[] }
  | { readonly kind: 'sum'; readonly parts: readonly CurvePlan[] }
  /** `value` multiplies the demand, `time` stretches (> 1) or compresses (< 1) the duration. */
  | { readonly kind: 'scale'; readonly value: number; readonly time: number; readonly part: CurvePlan }

/** A stretch of the run with a name, [startMs, endMs). */
export interface PhasePlan {
  readonly name: string
  readonly startMs: number
  readonly endMs: number
  /** False for warm-up: recorded, not judged. */
  readonly measured: boolean
}

/** A share of the agents: where they are. */
export interface RegionPlan {
  readonly name: string
  readonly weight: number
  /** IANA zone, for calendar patterns. */
  readonly timeZone: string
  /** Constant round-trip time added to every response of the region's agents. */
  readonly networkDelayMs: number
}

/** Shares of safe, risky and complex commands; they add up to 1. */
export interface OperationMix {
  readonly safe: number
  readonly risky: number
  readonly complex: number
}

export interface MsRange {
  readonly minMs: number
  readonly maxMs: number
}

/** An agent arrives, walks some journeys, leaves, and (closed model) comes back after a pause. */
export interface SessionPlan {
  /** Journeys in one session; null = the agent never leaves (closed), one journey (open). */
  readonly journeys: { readonly min: number; readonly max: number } | null
  readonly pause: MsRange
}

export interface WorkloadPlan {
  /** Name of the pattern that made it, for people. */
  readonly pattern: string
  readonly model: 'open' | 'closed'
  readonly curve: CurvePlan
  /** Open model: how arrivals follow the curve. */
  readonly arrivals: 'constant' | 'poisson' | 'replay'
  /** Replay: the instants themselves, rising. */
  readonly instantsMs: readonly number[] | null
  /** Open model: what an arrival does that finds no free agent. */
  readonly whenBusy: 'queue' | 'drop'
  /** Agents that may exist at once: the peak of the curve (closed) or the pool (open). */
  readonly agents: number
  /** Pause between journeys of one agent. */
  readonly think: MsRange
  /** Closed model: time between the starts of an agent's journeys, at least; 0 = none. */
  readonly pacingMs: number
  readonly session: SessionPlan
  readonly regions: readonly RegionPlan[]
  readonly mix: OperationMix
  /** Journeys the plan demands: exact in the open model, integral / pacing in a paced closed one, null when think time decides. */
  readonly expectedIterations: number | null
}

/** Milliseconds after which each phase of a request gives up. */
export interface Timeouts {
  readonly connectMs: number
  readonly firstByteMs: number
  readonly totalMs: number
}

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

/** The user's own behaviour on failure: try again after a growing pause. */
export interface RetryPlan {
  /** Attempts in all, the first included. */
  readonly attempts: number
  /** Error kinds worth another try. */
  readonly on: readonly string[]
  readonly backoff: {
    readonly baseMs: number
    readonly factor: number
    readonly maxMs: number
    readonly jitterRatio: number
  }
}

/** How long an agent waits after a login that failed; doubled from one to the next in a row. */
export interface LoginRetryPlan {
  readonly backoffMs: number
  readonly maxBackoffMs: number
}

/** One judgement of an answer, by an entry of `expectations/`. */
export interface ExpectationPlan {
  readonly kind: string
  readonly value: unknown
}

export interface RequestStepPlan {
  readonly kind: 'request'
  /** Name under which it is recorded. */
  readonly name: string
  /** Key into `RunPlan.targets`. */
  readonly target: string
  /** In the target plugin's own request format; strings may hold `{{variables}}`. */
  readonly request: Readonly<Record<string, unknown>>
  readonly timeouts: Timeouts
  readonly expect: readonly ExpectationPlan[]
  /** Variable -> where it comes from: `json:cart.id`, `header:location`, `regex:id=(\d+)`. */
  readonly extract: Readonly<Record<string, string>>
  readonly retry: RetryPlan | null
  /** At most one is taken after an ok answer, by one draw: how a complex operation escalates. */
  readonly followUps: readonly {
    readonly kind: string
    readonly probability: number
    readonly step: RequestStepPlan
  }[]
}

export type StepPlan =
  | RequestStepPlan
  | { readonly kind: 'think'; readonly time: MsRange }
  /** One of several requests, by weight: a command picked from a catalogue. */
  | {
      readonly kind: 'choice'
      readonly name: string
      readonly alternatives: readonly { readonly weight: number; readonly step: RequestStepPlan }[]
    }

export interface JourneyPlan {
  readonly name: string
  readonly weight: number
  /** Null when the journey is code: `journeys.<name>.run` of the scenario module. */
  readonly steps: readonly StepPlan[] | null
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

/** Aggregation of an objective. `quantile` is set for percentiles. */
export const OBJECTIVE_FUNCTIONS = [
  'p50',
  'p90',
  'p95',
  'p99',
  'p99.9',
  'max',
  'mean',
  'share',
  'rate',
  'count',
  'last',
  'slope',
] as const
export type ObjectiveFunction = (typeof OBJECTIVE_FUNCTIONS)[number]

export const ROLES = ['core', 'handler', 'validation'] as const
export type Role = (typeof ROLES)[number]

/** How an objective is watched while load runs. Times in ms. */
export interface WatchPlan {
  /** Judged over the last stretch of this length; null: over the measured run so far. */
  readonly windowMs: number | null
  /** How long a breach has to last, without a break, before it is believed. */
  readonly forMs: number
  /** How long after that the target may take to recover by itself. */
  readonly graceMs: number
  /** Firing ends the load. */
  readonly abort: boolean
}

/** A claim in its parts. */
export interface ClaimPlan {
  readonly fn: ObjectiveFunction | 'value'
  readonly metric: string
  readonly labels: Readonly<Record<string, string>>
  /** For `share(metric <= within)`, in the metric's unit. */
  readonly within: number | null
}

/** An objective after parsing. */
export interface ObjectivePlan extends Readonly<ObjectiveDemand>, ClaimPlan {
  readonly severity: Severity
  readonly role: Role
  readonly minSamples: number
  readonly onNoData: 'fail' | 'pass' | 'inconclusive'
  /** Name of the rollback procedure that a miss asks for; null: none. */
  readonly rollback: string | null
  /** How it is watched while load runs; null: only judged at the end. */
  readonly watch: WatchPlan | null
  readonly owner: string | null
  readonly runbook: string | null
  /** 0-10 */
  readonly impact: number | null
  /** What mending a miss is worth and what it takes, in one currency; both or neither. */
  readonly benefit: number | null
  readonly cost: number | null
  /** True for the built-in ones. */
  readonly builtIn: boolean
}

/** Whether a miss is NO-GO. */
export function isGate({ role, severity }: Pick<ObjectivePlan, 'role' | 'severity'>): boolean {
  return role === 'core' && severity !== 'info' && severity !== 'warning'
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
