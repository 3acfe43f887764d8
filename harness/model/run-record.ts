/**
 * The run record, `run.json`: everything needed to judge the run again. The schema is the type.
 * Histograms are HDR V2 compressed base64 of integer microseconds.
 */
import * as z from 'zod'
import { plainName } from '../base/plain-name.ts'
import { recordOf } from '../base/record-of.ts'
import { earlierAttemptSchema } from './attempt.ts'
import {
  cellKeySchema,
  cellSumsSchema,
  checkCountsSchema,
  dispatchSchema,
  journeyConcurrencySchema,
  slowRequestSchema,
  stepCountsSchema,
} from './counts-schema.ts'
import { enforcementSchema } from './enforcement.ts'
import { stepFailuresSchema } from './failures-schema.ts'
import { messageCountsSchema } from './message-counts.ts'
import { outputReportSchema } from './output-report.ts'
import { runPlanSchema } from './plan/run-plan-schema.ts'
import { amount, count, durationMs, instantMs } from './quantities.ts'
import { intervalSchema } from './record-interval.ts'
import { rollbackRecordSchema } from './rollback.ts'
import { runSummariesSchema } from './run-summary.ts'
import { visualResultSchema } from './visual.ts'

const cellSchema = z.object({ ...cellKeySchema.shape, count, ...cellSumsSchema.shape, hdr: z.string() })
export type RecordCell = z.infer<typeof cellSchema>

const slowestSchema = z.object({
  step: z.string(),
  /** The slowest first; of the measured phases. */
  requests: z.array(slowRequestSchema.omit({ step: true })),
})
export type RecordSlowest = z.infer<typeof slowestSchema>

const escalationsSchema = z.object({ phase: z.string(), kinds: recordOf(count) })
export type PhaseEscalations = z.infer<typeof escalationsSchema>

const comparedBuildsSchema = z.object({
  /** URLs. */
  baseline: z.string(),
  candidate: z.string(),
  /** Id of the run whose figures the record has. */
  shown: plainName,
  /** In the order in which they were made. */
  runs: z.array(z.object({ build: z.enum(['baseline', 'candidate']), runId: plainName })),
})

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

/** The reason why a host sent no more load. `fenced`: its lease ended. `left`: it was asked to end. `lost`: nothing was heard of it. */
export const HOST_ENDS = ['finished', 'fenced', 'left', 'lost'] as const

/** One worker of a run over several hosts. */
const hostSchema = z.object({
  place: count,
  worker: z.string(),
  /** New at every start of its process. */
  instance: z.string(),
  threads: count,
  environment: environmentSchema,
  /** The distance of the coordinator's clock from its own, and how wrong that can be. */
  clock: z.object({
    offsetMs: instantMs,
    boundMs: durationMs,
    /** Gone apart over the run, as far as that is certain; null: not known. */
    driftMs: instantMs.nullable().default(null),
  }),
  /** The service times that it measured itself; null for none. */
  own: z
    .object({ requests: count, serviceP50Ms: durationMs, serviceP99Ms: durationMs })
    .nullable()
    .default(null),
  /** The longest time from the end of a second to the arrival of its counts. */
  lagMaxMs: durationMs.default(0),
  /** Seconds of it that its own disk and memory could not keep. */
  overflowCount: count.default(0),
  /** The stretches in which it drove its share. */
  epochs: z.array(
    z.object({
      epoch: count,
      fromMs: durationMs,
      /** Its counts are in the record up to here. */
      throughMs: durationMs,
      /** It may have sent load until here that nobody counted; null: everything that it sent is counted. */
      untilMs: durationMs.nullable().default(null),
      end: z.enum(HOST_ENDS),
      /** Null when it finished. */
      message: z.string().nullable(),
    }),
  ),
})

/** The end of one shard. */
export const shardEndSchema = z.object({
  shard: count,
  status: z.enum(['finished', 'lost', 'stuck']),
  /** The reason for its loss, else the first error of user code; null for none. */
  message: z.string().nullable(),
})

export const runRecordSchema = z.object({
  schemaVersion: z.literal(1),
  runId: plainName,
  scenario: plainName,
  /** Identifies the run in alerts, events, logs and (with tracing) requests. */
  correlationId: z.string(),
  /**
   * interrupted: stopped by a person or signal; its figures are what was measured until then. aborted: by an objective.
   * halted: by a limit or an emergency. partial: recovered from the journal of a run that was killed.
   */
  status: z.enum(['complete', 'interrupted', 'aborted', 'halted', 'partial']),
  startedAt: z.string(),
  finishedAt: z.string(),
  /** The duration of the load, ms; less than the duration of the plan when interrupted. */
  loadMs: durationMs,
  seed: z.number(),
  threads: count,
  planHash: z.string(),
  /** The plan but for its seed, its targets and its objectives: runs of one load compare. */
  loadHash: z.string(),
  /** Content hash of the scenario and all it imports; null without a file. */
  scenarioHash: z.string().nullable(),
  /** Relative to where the command ran, with `/`; null for a URL and for a file elsewhere. */
  scenarioFile: z.string().nullable(),
  plan: runPlanSchema,
  environment: environmentSchema,
  /** The way the dispatcher waited for due instants. */
  driver: z.enum(['timer', 'spin']),
  cells: z.array(cellSchema),
  steps: z.array(stepCountsSchema),
  dispatch: dispatchSchema,
  /** Operations handed to an expert, by phase and kind. */
  escalations: z.array(escalationsSchema),
  intervals: z.array(intervalSchema),
  /** A few of the slowest requests of each step. */
  slowest: z.array(slowestSchema),
  /** The causes of failed requests and a few of these requests, by phase and step; and those of journeys that code failed. */
  failures: z.array(stepFailuresSchema),
  /** The journeys whose code sent several requests at once, by phase. */
  concurrency: z.array(journeyConcurrencySchema),
  /** The named checks of code, by phase. */
  checks: z.array(checkCountsSchema),
  /** The messages of the whole run, by target. */
  messages: z.array(messageCountsSchema).default([]),
  /** The summaries for comparisons, so that they need no decoding. */
  summaries: runSummariesSchema,
  shards: z.array(shardEndSchema),
  generator: z.object({ cpuS: amount, maxRssBytes: count }),
  /** The hosts that drove the load, where it was not one machine. */
  hosts: z.array(hostSchema).default([]),
  /** Coordinators that took the run over from one that was lost, each with the time at which it did. */
  takeovers: z.array(z.object({ at: z.string() })).default([]),
  /** The same run before, oldest first, where `--retries` made it again. */
  earlierAttempts: z.array(earlierAttemptSchema),
  /**
   * The builds and the runs of a comparison (`proofload ab`), whose record shows the figures of one of them; null: it is the
   * record of a run.
   */
  builds: comparedBuildsSchema.nullable(),
  /** Null when nothing watched the run. */
  enforcement: enforcementSchema.nullable(),
  /** Null when no objective asked for one. */
  rollback: rollbackRecordSchema.nullable(),
  /** Monitoring systems that got its figures, by name; absent: none. */
  outputs: recordOf(outputReportSchema).optional(),
  /** The results of the pictures in the plan, when the run came to its end. */
  visuals: z.array(visualResultSchema),
  /** Things a reader should know that are not figures: a report that could not be written, a code error and how often. */
  notes: z.array(z.string()),
})
export type RunRecord = z.infer<typeof runRecordSchema>

/** The part of a record that is known before the first request. */
export const runIdentitySchema = runRecordSchema.pick({
  schemaVersion: true,
  runId: true,
  scenario: true,
  correlationId: true,
  seed: true,
  threads: true,
  planHash: true,
  loadHash: true,
  scenarioHash: true,
  scenarioFile: true,
  plan: true,
  environment: true,
  driver: true,
})
export type RunIdentity = z.infer<typeof runIdentitySchema>
