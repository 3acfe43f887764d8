/** The measured part of a run in figures. */
import * as z from 'zod'
import { recordOf } from '../base/record-of.ts'
import { failureCountSchema, failureSampleSchema } from './failures-schema.ts'
import { MEASURE_UNITS } from './measures.ts'
import { messageChannelSchema } from './message-counts.ts'
import { stairsSchema } from './stairs.ts'

/** Milliseconds at the usual percentiles. */
export const percentilesSchema = z.object({
  count: z.number(),
  /** Shortest wait of a request that ended without an answer: figures at or above it are lower bounds. Null when all were answered. */
  lowerBoundFrom: z.number().nullable(),
  mean: z.number(),
  p50: z.number(),
  p90: z.number(),
  p95: z.number(),
  p99: z.number(),
  p99_9: z.number(),
  max: z.number(),
})
export type Percentiles = z.infer<typeof percentilesSchema>

/** The values of one measure of a step, in its unit. */
const measureSummarySchema = z.object({
  unit: z.enum(MEASURE_UNITS),
  /** The number of values. */
  count: z.number(),
  total: z.number(),
  perSec: z.number(),
  /** Null for a counter, which has only amounts that are added up. */
  mean: z.number().nullable(),
  p50: z.number().nullable(),
  p90: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
  p99_9: z.number().nullable(),
  max: z.number().nullable(),
})
export type MeasureSummary = z.infer<typeof measureSummarySchema>

/** The ends of the messages of a target that consumes what it publishes; each counts once for every recipient. */
const messagesSummarySchema = z.object({
  mode: messageChannelSchema.shape.mode,
  subscribers: z.number(),
  /** = delivered + lost + inDoubt */
  published: z.number(),
  delivered: z.number(),
  /** Not delivered by the end of the drain. */
  lost: z.number(),
  /** Nobody knows whether the broker took them, and they did not arrive. */
  inDoubt: z.number(),
  /** Refused by the broker, so not published. */
  refused: z.number(),
  duplicates: z.number(),
  reordered: z.number(),
  late: z.number(),
  foreign: z.number(),
  skewed: z.number(),
  lossRatio: z.number(),
  duplicateRatio: z.number(),
  reorderRatio: z.number(),
})
export type MessagesSummary = z.infer<typeof messagesSummarySchema>

const stepSummarySchema = z.object({
  requests: z.number(),
  ok: z.number(),
  failed: z.number(),
  errored: z.number(),
  timedOut: z.number(),
  aborted: z.number(),
  errorRatio: z.number(),
  throughputPerSec: z.number(),
  /** Percentiles of ok answers and timeouts. */
  responseTimeMs: percentilesSchema,
  /** Response times of answers that were judged wrong, and of requests without an answer; none of them is a timeout. */
  failedTimeMs: percentilesSchema,
  erroredTimeMs: percentilesSchema,
  /** Percentiles of ok answers. */
  serviceTimeMs: percentilesSchema,
  /** The connect times of the requests that waited for a connection to be opened. */
  connectTimeMs: percentilesSchema,
  /** Answers by status. */
  statuses: recordOf(z.number()),
  errors: recordOf(z.number()),
  /** The values that its target measures beside these, by name (`measures.ts`). */
  measures: recordOf(measureSummarySchema),
  /** The causes of failed requests, the most frequent reason first. */
  failures: z.array(failureCountSchema),
  /** A few of those requests, at most three of an error kind. */
  failureSamples: z.array(failureSampleSchema),
})
export type StepSummary = z.infer<typeof stepSummarySchema>

const sloSummarySchema = z.object({
  judged: z.number(),
  /** Those that ended ok and met every condition that applied. */
  attained: z.number(),
  /** Null when none was judged. */
  attainment: z.number().nullable(),
  goodputPerSec: z.number(),
  /** The ok requests that had no value for a condition, by condition. */
  notApplied: recordOf(z.number()),
})
export type SloSummary = z.infer<typeof sloSummarySchema>

const workloadSummarySchema = z.object({
  model: z.enum(['open', 'closed']),
  /** Its begin and length by the plan, since run start. */
  startMs: z.number(),
  durationMs: z.number(),
  plannedCount: z.number(),
  startedCount: z.number(),
  droppedCount: z.number(),
  lateStartCount: z.number(),
  iterationCount: z.number(),
  requests: z.number(),
  throughputPerSec: z.number(),
  errorRatio: z.number(),
  /** Percentiles of ok answers and timeouts. */
  responseTimeMs: percentilesSchema,
})
export type WorkloadSummary = z.infer<typeof workloadSummarySchema>
/** A group of steps in figures. */
const groupSummarySchema = z.object({
  ended: z.number(),
  failed: z.number(),
  failedRatio: z.number(),
  /** The times of groups that were walked to their end, ms. */
  timeMs: percentilesSchema,
})

/** The measured (not warm-up) part of a run in figures. */
export const summarySchema = z.object({
  durationS: z.number(),
  requests: z.number(),
  throughputPerSec: z.number(),
  goodputPerSec: z.number(),
  errorRatio: z.number(),
  plannedCount: z.number(),
  startedCount: z.number(),
  droppedCount: z.number(),
  lateStartCount: z.number(),
  retryCount: z.number(),
  /** Journeys and logins that a failure ended, those that their code failed among them. */
  failedJourneyCount: z.number(),
  /** Those whose code threw or in which a check failed. */
  failedByCodeCount: z.number(),
  /** The causes for which code failed its journeys, by journey, the most frequent first. */
  journeyFailures: recordOf(z.array(failureCountSchema)),
  /** The faults of targets that no request waited for, such as lost subscriptions, by step, the most frequent first. */
  faults: recordOf(z.array(failureCountSchema)),
  /** The named checks of code. */
  checks: recordOf(z.object({ passed: z.number(), failed: z.number() })),
  /** The groups of steps, by name; absent where the plan has none. */
  groups: recordOf(groupSummarySchema).optional(),
  /** The joint conditions, by name; absent where the plan has none. */
  slos: recordOf(sloSummarySchema).optional(),
  /** The ends of messages in the whole run, by target. */
  messages: recordOf(messagesSummarySchema).default({}),
  escalationCount: z.number(),
  bytesSent: z.number(),
  bytesReceived: z.number(),
  activeAgentsMax: z.number(),
  /** Percentiles of ok answers and timeouts. */
  responseTimeMs: percentilesSchema,
  /** Response times of answers that were judged wrong, and of requests without an answer; none of them is a timeout. */
  failedTimeMs: percentilesSchema,
  erroredTimeMs: percentilesSchema,
  /** Percentiles of ok answers. */
  serviceTimeMs: percentilesSchema,
  /** The connect times of the requests that waited for a connection to be opened. */
  connectTimeMs: percentilesSchema,
  startDelayMs: percentilesSchema,
  ttfbMs: percentilesSchema,
  /** The workloads that have names; absent where there is one without. */
  workloads: recordOf(workloadSummarySchema).optional(),
  steps: recordOf(stepSummarySchema),
  components: recordOf(percentilesSchema),
  /** A table by load, for a workload that is a staircase; absent otherwise. */
  stairs: stairsSchema.optional(),
  generator: z.object({
    threads: z.number(),
    cpuS: z.number(),
    maxRssBytes: z.number(),
    eventLoopDelayP99Ms: z.number(),
    eventLoopUtilizationMax: z.number(),
    gcPauseMaxMs: z.number(),
    runQueueWaitRatioMax: z.number(),
  }),
})
export type Summary = z.infer<typeof summarySchema>
