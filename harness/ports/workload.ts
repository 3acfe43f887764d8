/** The contracts between workloads (`workloads/`) and their users (`engine/`, `scenario/`). */
import type * as z from 'zod'
import type {
  CurvePlan,
  IterationsPlan,
  MsRange,
  OperationMix,
  RegionPlan,
  SessionPlan,
} from '../model/plan.ts'

/** Demand over time, closed-form. `value` is arrivals per second or agents; time is ms since the start of the curve. */
export interface Curve {
  readonly durationMs: number
  /** Returns the demand at an instant; 0 outside [0, durationMs). */
  valueAt(atMs: number): number
  /** Returns the exact integral of value over [fromMs, toMs], in value x seconds: the expected arrivals, or agent-seconds. */
  integral(fromMs: number, toMs: number): number
  /**
   * Returns the instant at which the integral from 0 reaches `amount` (within a stretch of zero demand: its end); Infinity when
   * it never does.
   */
  inverseIntegral(amount: number): number
  /** The largest value. */
  readonly peak: number
}

/** The intended starts of one shard's share, strictly increasing. */
export interface ArrivalSource {
  /** Returns the next instant in ms since run start; Infinity when there are no more. */
  next(): number
  /** The global number (over all shards) of the arrival that `next` returned last. */
  readonly index: number
}

/** The agents of one shard in the closed model. Instants are ms since run start. */
export interface Population {
  readonly model: 'closed'
  /** Returns the number of agents of this shard that the plan wants. */
  readonly agentsAt: (atMs: number) => number
  /** Returns the global identity of a slot. */
  readonly identityOf: (agent: number) => number
  /** The joining of the agents of the beginning; null when all are there at once. */
  readonly joining: {
    readonly untilMs: number
    /** Returns the number of agents of this shard that have joined by an instant. */
    readonly joinedBy: (atMs: number) => number
    readonly joinsAtMs: (agent: number) => number
  } | null
  /** The iterations after which the load of this shard ends; null: its time alone ends it. */
  readonly iterations: IterationShare | null
}

/** The iterations of one shard: so many of all its agents together, or of each. */
export interface IterationShare {
  readonly count: number
  readonly of: 'shard' | 'agent'
}

/** The result of resolving a named pattern, before the settings of the scenario are applied. */
export interface ResolvedPattern {
  readonly model: 'open' | 'closed'
  readonly curve: CurvePlan
  readonly arrivals: 'constant' | 'poisson' | 'gamma' | 'replay'
  /** Gamma arrivals: the shape of the gaps; absent otherwise. */
  readonly burstiness?: number
  readonly instantsMs: readonly number[] | null
  readonly whenBusy: 'queue' | 'drop'
  /**
   * Open model: size of the agent pool; null = derived from the rate. Closed model: null, because the curve is the number of
   * agents.
   */
  readonly agents: number | null
  readonly think: MsRange
  readonly pacingMs: number
  /** Closed model: agents that may join in a second at the beginning; null = a default. */
  readonly joinPerSec: number | null
  /** Closed model: the iterations after which the load ends; absent where its time alone ends it. */
  readonly iterations?: IterationsPlan
  readonly session: SessionPlan
  readonly regions: readonly RegionPlan[]
  readonly mix: OperationMix
  /** Named stretches, contiguous from 0 to the duration of the curve. */
  readonly phases: readonly { readonly name: string; readonly startMs: number; readonly endMs: number }[]
}

/** A workload as a scenario names it: a pattern and its settings. */
export interface WorkloadRef {
  readonly pattern: string
  readonly [setting: string]: unknown
}

/** Settings of a pattern as they are written, not yet checked. */
export type WrittenSettings = Readonly<Record<string, unknown>>

/** A workload a scenario can name. Everything about it lives in its one file. */
export interface WorkloadPattern {
  readonly name: string
  /** One sentence for `--help` and docs. */
  readonly summary: string
  /** The configuration as written in scenarios: numbers with units, defaults included. */
  readonly configSchema: z.ZodType<Record<string, unknown>>
  /** A setting that names a file beside the scenario, and the setting that its content fills. */
  readonly file?: {
    readonly setting: string
    readonly fills: string
    readonly description: string
    /** @throws HarnessError SCENARIO_INVALID with file and line */
    parse(text: string, fileName: string): unknown
  }
  /** The settings that make the run this long; its shape is kept. */
  withDuration(settings: WrittenSettings, durationMs: number): WrittenSettings
  /** The workload that `--rate` asks for in the place of this one; absent where `rate` is a setting, or none is possible. */
  atRate?(settings: WrittenSettings, rate: string): WorkloadRef
  /** @param config parsed by `configSchema`. @throws HarnessError SCENARIO_INVALID */
  resolve(config: Readonly<Record<string, unknown>>): ResolvedPattern
}
