/**
 * What a shard observed in one interval: plain serialisable data. Its identity is (runId, shard, epoch, sequence);
 * merging is idempotent by that identity, and the sum over intervals and shards is everything that was recorded.
 */
import type { SparseCounts } from '../base/histogram.ts'

export const CELL_METRICS = [
  'response_time',
  'service_time',
  'start_delay',
  'ttfb',
  'component_time',
] as const
export type CellMetric = (typeof CELL_METRICS)[number]

/** Steps and components that are too many to be told apart, recorded together. No `Server-Timing` can spell it. */
export const OTHER_NAMES = '(other)'

/** Address of one histogram. `outcome` is set for response_time (by outcome class), `component` for component_time. */
export interface CellKey {
  readonly phase: string
  readonly step: string
  readonly metric: CellMetric
  readonly outcome: string
  readonly component: string
}

/** One histogram's share of an interval. */
export interface CellDelta {
  readonly key: CellKey
  readonly counts: SparseCounts
  /** Exact sum of the recorded values, microseconds. */
  readonly sumUs: number
  readonly overflowCount: number
  /** Exact numbers of values above the bounds of objectives, by bound in microseconds. */
  readonly over: Readonly<Record<string, number>>
}

/** Request counters of one (phase, step). `errors` counts by error kind. */
export interface StepCounts {
  readonly phase: string
  readonly step: string
  readonly ok: number
  readonly failed: number
  readonly errored: number
  readonly timedOut: number
  readonly aborted: number
  readonly started: number
  readonly retries: number
  /** Of those that ended by themselves, requests that a stall of the generator touched: counted, not timed. */
  readonly untimed: number
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly errors: Readonly<Record<string, number>>
}

/** Counters of the dispatcher. planned = started + dropped + cancelled + still waiting. */
export interface DispatchCounts {
  readonly planned: number
  readonly started: number
  readonly dropped: number
  readonly cancelled: number
  readonly lateStarts: number
  readonly iterations: number
  readonly sessions: number
  /** Agents that stopped because a unique feeder ran dry. */
  readonly feedersDry: number
  /** Time that agents were made to wait because they failed again and again, in which they would have failed more often. */
  readonly backedOffMs: number
}

export const NO_DISPATCH: DispatchCounts = {
  planned: 0,
  started: 0,
  dropped: 0,
  cancelled: 0,
  lateStarts: 0,
  iterations: 0,
  sessions: 0,
  feedersDry: 0,
  backedOffMs: 0,
}

/** The shard's own condition over the interval. */
export interface ShardHealth {
  readonly eventLoopUtilization: number
  /** Longest turn of the loop, ms. */
  readonly loopDelayMaxMs: number
  readonly gcPauseMaxMs: number
  readonly gcTotalMs: number
  /** On-CPU time / interval; null where the system does not tell. */
  readonly cpuRatio: number | null
  /** Time waiting for a core / interval; null where the system does not tell. */
  readonly runQueueWaitRatio: number | null
}

/** The first intended instant and the last end of some requests, ms since run start. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** A span that also tells when the last of its requests was intended, ms since run start. */
export interface LostSpan extends Span {
  readonly lastFromMs: number
}

/** Whether the target was there, over all its steps; null where no request ended so. */
export interface ShardSpans {
  /** Requests that got an answer, good or bad. */
  readonly answered: Span | null
  /** Requests that got none from the target: refused, reset, timed out, unanswered. */
  readonly lost: LostSpan | null
}

/** Values at the end of the interval. */
export interface ShardGauges {
  readonly activeAgents: number
  readonly backlog: number
  readonly inFlight: number
  /** Agents by region; journals of older versions have none. */
  readonly regions?: Readonly<Record<string, number>>
}

/** How many of a step's slowest requests a run keeps. */
export const SLOWEST_PER_STEP = 5

/** A request that was among the slowest of its step when it ended. */
export interface SlowRequest {
  readonly phase: string
  readonly step: string
  readonly responseTimeMs: number
  /** Null when it was never sent. */
  readonly serviceTimeMs: number | null
  /** When it was intended, ms since run start. */
  readonly atMs: number
  /** Identity of its agent: `agent.id` of code. */
  readonly agent: number
  /** Null when there was no answer. */
  readonly status: number | null
  /** `none` when it was answered and judged good. */
  readonly errorKind: string
  /** In the target's traces; null when it carried none of ours. */
  readonly traceId: string | null
}

export interface IntervalSnapshot {
  readonly runId: string
  readonly shard: number
  /** Grows when a shard is started again. */
  readonly epoch: number
  readonly sequence: number
  /** Milliseconds since run start. */
  readonly startMs: number
  readonly endMs: number
  readonly cells: readonly CellDelta[]
  readonly steps: readonly StepCounts[]
  readonly dispatch: DispatchCounts
  readonly escalations: Readonly<Record<string, number>>
  readonly gauges: ShardGauges
  readonly health: ShardHealth
  readonly spans: ShardSpans
  /** Measured requests that came among the slowest of their step in this shard. Journals of older versions have none. */
  readonly slowest: readonly SlowRequest[]
}
