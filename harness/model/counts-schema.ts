/** Counters and histograms of requests: the same in what a shard hands on and in what a record keeps. */
import * as z from 'zod'
import type { Immutable } from '../base/immutable.ts'
import { recordOf } from '../base/record-of.ts'
import { count, durationMs, instantMs } from './quantities.ts'

/** Address of one histogram. */
export const cellKeySchema = z.object({
  phase: z.string(),
  step: z.string(),
  metric: z.string(),
  /** Outcome class, for the times of requests and answers; '' otherwise. */
  outcome: z.string(),
  /** Server-Timing name, for component_time; '' otherwise. */
  component: z.string(),
  /** The region of the agents; absent where regions are not told apart: no objective names one. */
  region: z.string().optional(),
  /** The workload of the agents; absent where there is one without a name. */
  workload: z.string().optional(),
})
export type CellKey = Immutable<z.infer<typeof cellKeySchema>>

/** Exact figures of one histogram, beside its buckets. */
export const cellSumsSchema = z.object({
  /** Exact sum of the recorded values: microseconds of times, else in the unit in which they are recorded (`measures.ts`). */
  sumUs: z.number(),
  overflowCount: count,
  /** Exact numbers of values above the bounds of objectives, by bound in microseconds. */
  over: recordOf(count),
})

/** Request counters of one (phase, step), and where they are told apart of one region and workload. */
export const stepCountsSchema = z.object({
  phase: z.string(),
  step: z.string(),
  /** As in the address of a histogram. */
  region: z.string().optional(),
  workload: z.string().optional(),
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
  /** Those of them that were judged wrong. */
  failedStatuses: recordOf(count).default({}),
  /** By error kind. */
  errors: recordOf(count),
})
export type StepCounts = Immutable<z.infer<typeof stepCountsSchema>>

/** A named check of code in one phase. */
export const checkCountsSchema = z.object({
  phase: z.string(),
  check: z.string(),
  passed: count,
  failed: count,
})
export type CheckCounts = Immutable<z.infer<typeof checkCountsSchema>>

/** Counters of the dispatcher. planned = started + dropped + cancelled + still waiting. */
export const dispatchSchema = z.object({
  planned: count,
  started: count,
  dropped: count,
  cancelled: count,
  lateStarts: count,
  iterations: count,
  /** Journeys and logins that a failure ended: a step that failed for good, or code. */
  failedJourneys: count,
  /** Those of them whose code threw, or in which a check failed. */
  failedByCode: count,
  sessions: count,
  /** Agents that stopped because a unique feeder ran dry. */
  feedersDry: count,
  /** Time that agents were made to wait because they failed again and again, in which they would have failed more often. */
  backedOffMs: durationMs,
  /** Requests that waited because others of their agent held all the connections or streams it may have, and for how long in all. */
  ownWaits: count,
  ownWaitMs: durationMs,
})
export type DispatchCounts = Immutable<z.infer<typeof dispatchSchema>>

/** The dispatch of one of several workloads, and its agents at the end of the interval. */
export const workloadCountsSchema = dispatchSchema
  .pick({
    planned: true,
    started: true,
    dropped: true,
    cancelled: true,
    lateStarts: true,
    iterations: true,
    backedOffMs: true,
  })
  .extend({ activeAgents: count, backlog: count })
export type WorkloadCounts = Immutable<z.infer<typeof workloadCountsSchema>>

/** The requests that the code of a journey sent at once, in one phase; only of journeys that did. */
export const journeyConcurrencySchema = z.object({
  phase: z.string(),
  journey: z.string(),
  /** The most requests that one agent had under way at once. */
  requestsMax: count,
  /** Requests that were still under way when the code of their journey had ended. */
  notAwaited: count,
  /** Requests that were not sent, because as many as may be were under way. */
  refused: count,
})
export type JourneyConcurrency = Immutable<z.infer<typeof journeyConcurrencySchema>>

/** The first intended instant and the last end of some requests, ms since run start. */
const spanSchema = z.object({ fromMs: instantMs, toMs: instantMs })
export type Span = Immutable<z.infer<typeof spanSchema>>

/** A span that also tells when the last of its requests was intended, ms since run start. */
const lostSpanSchema = spanSchema.extend({ lastFromMs: instantMs })
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
  responseTimeMs: durationMs,
  /** Null when it was never sent. */
  serviceTimeMs: durationMs.nullable(),
  /** Null when it found a connection. */
  connectTimeMs: durationMs.nullable(),
  /** Its intended start, ms since run start. */
  atMs: instantMs,
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
