/**
 * The run record, `run.json`: everything needed to judge the run again. The schema is the type.
 * Histograms are HDR V2 compressed base64 of integer microseconds.
 */
import { z } from 'zod'
import type { RunPlan } from './plan.ts'
import { runSummariesSchema } from './run-summary.ts'

const count = z.number().nonnegative()

const cellSchema = z.object({
  phase: z.string(),
  step: z.string(),
  metric: z.enum(['response_time', 'service_time', 'start_delay', 'ttfb', 'component_time']),
  /** Outcome class, for response_time; '' otherwise. */
  outcome: z.string(),
  /** Server-Timing name, for component_time; '' otherwise. */
  component: z.string(),
  count,
  sumUs: z.number(),
  overflowCount: count,
  /** Exact numbers of values above the bounds of objectives, by bound in microseconds. */
  over: z.record(z.string(), count),
  hdr: z.string(),
})
export type RecordCell = z.infer<typeof cellSchema>

const stepCountsSchema = z.object({
  phase: z.string(),
  step: z.string(),
  started: count,
  ok: count,
  failed: count,
  errored: count,
  timedOut: count,
  aborted: count,
  retries: count,
  bytesSent: count,
  bytesReceived: count,
  errors: z.record(z.string(), count),
})
export type RecordStepCounts = z.infer<typeof stepCountsSchema>

const dispatchSchema = z.object({
  planned: count,
  started: count,
  dropped: count,
  cancelled: count,
  lateStarts: count,
  iterations: count,
  sessions: count,
  feedersDry: count,
})

const intervalSchema = z.object({
  startMs: z.number(),
  endMs: z.number(),
  /** Phase at the start of the interval. */
  phase: z.string(),
  dispatch: dispatchSchema,
  activeAgents: count,
  backlog: count,
  inFlight: count,
  /** Response times of every completed request of the step in this interval. */
  steps: z.record(
    z.string(),
    z.object({
      ok: count,
      failed: count,
      errored: count,
      timedOut: count,
      aborted: count,
      hdr: z.string().nullable(),
    }),
  ),
  /** Worst shard of the interval. */
  health: z.object({
    eventLoopUtilization: z.number(),
    loopDelayMaxMs: z.number(),
    gcPauseMaxMs: z.number(),
    cpuRatio: z.number().nullable(),
    runQueueWaitRatio: z.number().nullable(),
  }),
  generator: z.object({
    cpuCores: z.number(),
    rssBytes: z.number(),
    /** Share of the machine's time that its host gave to others; null where the system does not tell. */
    stealRatio: z.number().nullable(),
    /** How far calendar time and monotonic time moved apart. */
    clockStepMs: z.number(),
  }),
  /** Target process, when its pid is known. */
  target: z.object({ cpuCores: z.number(), rssBytes: z.number() }).nullable(),
})
export type RecordInterval = z.infer<typeof intervalSchema>

export const environmentSchema = z.object({
  proofload: z.string(),
  node: z.string(),
  platform: z.string(),
  kernel: z.string(),
  cpuModel: z.string(),
  cores: count,
  memoryBytes: count,
  maxOpenFiles: count.nullable(),
  /** Changes whenever the machine is started; null where the system does not tell. */
  bootId: z.string().nullable(),
  /** The last `proofload calibrate` of this machine with this Node; null when there was none. */
  calibration: z
    .object({
      at: z.string(),
      requestsPerSec: z.number(),
      cpuUsPerRequest: z.number(),
      p99DisagreementPercent: z.number().nullable(),
    })
    .nullable(),
})
export type Environment = z.infer<typeof environmentSchema>

export const runRecordSchema = z.object({
  schemaVersion: z.literal(1),
  runId: z.string(),
  scenario: z.string(),
  /** interrupted: stopped by a person or signal; its figures are what was measured until then. partial: recovered from the journal of a run that was killed. */
  status: z.enum(['complete', 'interrupted', 'partial']),
  startedAt: z.string(),
  finishedAt: z.string(),
  /** How long load was generated, ms; less than the plan's duration when interrupted. */
  loadMs: z.number(),
  seed: z.number(),
  threads: count,
  planHash: z.string(),
  /** The plan but for its seed, its targets and its objectives: runs of one load compare. */
  loadHash: z.string(),
  /** Content hash of the scenario and all it imports; null without a file. */
  scenarioHash: z.string().nullable(),
  plan: z.custom<RunPlan>(
    (value) => typeof value === 'object' && value !== null && 'journeys' in value && 'phases' in value,
  ),
  environment: environmentSchema,
  /** How the dispatcher waited for due instants. */
  driver: z.enum(['timer', 'spin']),
  cells: z.array(cellSchema),
  steps: z.array(stepCountsSchema),
  dispatch: dispatchSchema,
  escalations: z.record(z.string(), count),
  intervals: z.array(intervalSchema),
  /** What comparisons need, so that they decode nothing. */
  summaries: runSummariesSchema,
  shards: z.array(
    z.object({
      shard: count,
      status: z.enum(['finished', 'lost', 'stuck']),
      /** Why it was lost; the first error of user code otherwise; null when all was well. */
      message: z.string().nullable(),
    }),
  ),
  generator: z.object({ cpuS: z.number(), maxRssBytes: count }),
  /** Things a reader should know that are not figures: a report that could not be written, a code error and how often. */
  notes: z.array(z.string()),
})
export type RunRecord = z.infer<typeof runRecordSchema>
