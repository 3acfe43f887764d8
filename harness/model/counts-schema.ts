/** Counters and histograms of requests: the same in what a shard hands on and in what a record keeps. */
import { z } from 'zod'
import type { Immutable } from '../base/immutable.ts'
import { recordOf } from '../base/record-of.ts'
import { CELL_METRICS } from './cell-metrics.ts'

export const count = z.number().nonnegative()

/** Address of one histogram. */
export const cellKeySchema = z.object({
  phase: z.string(),
  step: z.string(),
  metric: z.enum(CELL_METRICS),
  /** Outcome class, for response_time; '' otherwise. */
  outcome: z.string(),
  /** Server-Timing name, for component_time; '' otherwise. */
  component: z.string(),
})
export type CellKey = Immutable<z.infer<typeof cellKeySchema>>

/** Exact figures of one histogram, beside its buckets. */
export const cellSumsSchema = z.object({
  /** Exact sum of the recorded values, microseconds. */
  sumUs: z.number(),
  overflowCount: count,
  /** Exact numbers of values above the bounds of objectives, by bound in microseconds. */
  over: recordOf(count),
})

/** Request counters of one (phase, step). */
export const stepCountsSchema = z.object({
  phase: z.string(),
  step: z.string(),
  started: count,
  ok: count,
  failed: count,
  errored: count,
  timedOut: count,
  aborted: count,
  retries: count,
  /** Requests that ended by themselves and that a stall of the generator touched: counted, not timed. */
  untimed: count,
  bytesSent: count,
  bytesReceived: count,
  /** Answers by status; those of a target whose answers have none are not in it. */
  statuses: recordOf(count),
  /** By error kind. */
  errors: recordOf(count),
})
export type StepCounts = Immutable<z.infer<typeof stepCountsSchema>>

/** Counters of the dispatcher. planned = started + dropped + cancelled + still waiting. */
export const dispatchSchema = z.object({
  planned: count,
  started: count,
  dropped: count,
  cancelled: count,
  lateStarts: count,
  iterations: count,
  sessions: count,
  /** Agents that stopped because a unique feeder ran dry. */
  feedersDry: count,
  /** Time that agents were made to wait because they failed again and again, in which they would have failed more often. */
  backedOffMs: count,
})
export type DispatchCounts = Immutable<z.infer<typeof dispatchSchema>>

/** The first intended instant and the last end of some requests, ms since run start. */
const spanSchema = z.object({ fromMs: z.number(), toMs: z.number() })
export type Span = Immutable<z.infer<typeof spanSchema>>

/** A span that also tells when the last of its requests was intended, ms since run start. */
const lostSpanSchema = spanSchema.extend({ lastFromMs: z.number() })
export type LostSpan = Immutable<z.infer<typeof lostSpanSchema>>

/** Spans that show whether the target was there, over all its steps; null where no request ended so. */
export const spansSchema = z.object({
  /** Requests that got an answer, good or bad. */
  answered: spanSchema.nullable(),
  /** Requests that got none from the target: refused, reset, timed out, unanswered. */
  lost: lostSpanSchema.nullable(),
})
export type ShardSpans = Immutable<z.infer<typeof spansSchema>>

/** A request that was among the slowest of its step when it ended. */
export const slowRequestSchema = z.object({
  phase: z.string(),
  step: z.string(),
  responseTimeMs: z.number(),
  /** Null when it was never sent. */
  serviceTimeMs: z.number().nullable(),
  /** Its intended start, ms since run start. */
  atMs: z.number(),
  /** Identity of its agent: `agent.id` of code. */
  agent: count,
  /** Null when there was no answer. */
  status: z.number().nullable(),
  /** `none` when it was answered and judged good. */
  errorKind: z.string(),
  /** In the target's traces; null when it carried none of ours. */
  traceId: z.string().nullable(),
})
export type SlowRequest = Immutable<z.infer<typeof slowRequestSchema>>
