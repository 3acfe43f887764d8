/** The verdict document, as printed by `--json` and stored as `verdict.json` (DESIGN section 5, schemaVersion 1). */
import { z } from 'zod'
import { comparisonSchema } from './comparison.ts'

export const OUTCOMES = ['GO', 'NO_GO', 'INCONCLUSIVE'] as const
export type VerdictOutcome = (typeof OUTCOMES)[number]

/** Exit status of a run that ended in this outcome. */
export const OUTCOME_EXIT_STATUS: Readonly<Record<VerdictOutcome, number>> = {
  GO: 0,
  NO_GO: 1,
  INCONCLUSIVE: 3,
}

export const SEVERITIES = ['info', 'warning', 'major', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

const severity = z.enum(SEVERITIES)
const evidence = z.record(z.string(), z.unknown())

/** Why the outcome is what it is; `code` is stable, `message` is for people, `evidence` holds the figures. */
export const reasonSchema = z.object({ code: z.string(), severity, message: z.string(), evidence })
export type VerdictReason = z.infer<typeof reasonSchema>

/** One objective against what was observed. `interval` is the 95 % one-sided-each confidence interval of `observed`, same unit as the bound. */
export const objectiveResultSchema = z.object({
  expect: z.string(),
  outcome: z.enum(['met', 'missed', 'unproven', 'no-data']),
  observed: z.number().nullable(),
  bound: z.number(),
  unit: z.string(),
  interval: z.tuple([z.number(), z.number()]).nullable(),
  severity,
  role: z.enum(['core', 'handler', 'validation']),
  sampleCount: z.number(),
  /** What the samples are worth as independent ones (design effect); null for what is no claim about a share. */
  effectiveSampleCount: z.number().nullable(),
  builtIn: z.boolean(),
  message: z.string(),
})
export type ObjectiveResult = z.infer<typeof objectiveResultSchema>

/** Milliseconds at the usual percentiles. */
export const percentilesSchema = z.object({
  count: z.number(),
  mean: z.number(),
  p50: z.number(),
  p90: z.number(),
  p95: z.number(),
  p99: z.number(),
  p99_9: z.number(),
  max: z.number(),
})
export type Percentiles = z.infer<typeof percentilesSchema>

const stepSummarySchema = z.object({
  requests: z.number(),
  ok: z.number(),
  failed: z.number(),
  errored: z.number(),
  timedOut: z.number(),
  aborted: z.number(),
  errorRatio: z.number(),
  throughputPerSec: z.number(),
  responseTimeMs: percentilesSchema,
  serviceTimeMs: percentilesSchema,
  errors: z.record(z.string(), z.number()),
})
export type StepSummary = z.infer<typeof stepSummarySchema>

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
  escalationCount: z.number(),
  bytesSent: z.number(),
  bytesReceived: z.number(),
  activeAgentsMax: z.number(),
  responseTimeMs: percentilesSchema,
  serviceTimeMs: percentilesSchema,
  startDelayMs: percentilesSchema,
  ttfbMs: percentilesSchema,
  steps: z.record(z.string(), stepSummarySchema),
  components: z.record(z.string(), percentilesSchema),
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

export const verdictSchema = z.object({
  schemaVersion: z.literal(1),
  runId: z.string(),
  scenario: z.string(),
  outcome: z.enum(OUTCOMES),
  exitCode: z.number(),
  cautions: z.array(reasonSchema),
  reasons: z.array(reasonSchema),
  objectives: z.array(objectiveResultSchema),
  /** Null when there was nothing to compare with. */
  comparison: comparisonSchema.nullable(),
  validity: z.object({ valid: z.boolean(), reasons: z.array(reasonSchema) }),
  summary: summarySchema,
  files: z.record(z.string(), z.string()),
})
export type Verdict = z.infer<typeof verdictSchema>
