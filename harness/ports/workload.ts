/** The contracts between load over time (`workloads/`) and those who walk it (`engine/`, `scenario/`). */
import type { z } from 'zod'
import type { CurvePlan, MsRange, OperationMix, RegionPlan, SessionPlan } from '../model/plan.ts'

/** Demand over time, closed-form. `value` is arrivals per second or agents; time is ms since the curve's start. */
export interface Curve {
  readonly durationMs: number
  /** Demand at an instant; 0 outside [0, durationMs). */
  valueAt(atMs: number): number
  /** Exact integral of value over [fromMs, toMs], in value x seconds: the expected arrivals, or agent-seconds. */
  integral(fromMs: number, toMs: number): number
  /** The instant at which the integral from 0 reaches `amount` (where nothing is demanded, the end of that stretch); Infinity when it never does. */
  inverseIntegral(amount: number): number
  /** Largest value. */
  readonly peak: number
}

/** Intended starts of one shard's share, strictly increasing. */
export interface ArrivalSource {
  /** Next instant in ms since run start; Infinity when there are no more. */
  next(): number
  /** Global number (over all shards) of the arrival `next` returned last. */
  readonly index: number
}

/** What a named pattern adds up to, before the scenario's own settings are laid over it. */
export interface ResolvedPattern {
  readonly model: 'open' | 'closed'
  readonly curve: CurvePlan
  readonly arrivals: 'constant' | 'poisson' | 'replay'
  readonly instantsMs: readonly number[] | null
  readonly whenBusy: 'queue' | 'drop'
  /** Open model: pool of agents, null = derived from the rate. Closed: null, the curve says. */
  readonly agents: number | null
  readonly think: MsRange
  readonly pacingMs: number
  readonly session: SessionPlan
  readonly regions: readonly RegionPlan[]
  readonly mix: OperationMix
  /** Named stretches, contiguous from 0 to the curve's duration. */
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
  /** Configuration as scenarios write it: numbers with units, defaults included. */
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
