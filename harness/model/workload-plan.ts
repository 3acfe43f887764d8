/** Load over time, resolved. Times are milliseconds since run start. */

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
