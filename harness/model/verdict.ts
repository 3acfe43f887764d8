/** The verdict, and the document that `--json` prints and `verdict.json` holds (schemaVersion 1). */
import { z } from 'zod'
import { plainName } from '../base/plain-name.ts'
import { recordOf } from '../base/record-of.ts'
import { comparisonSchema } from './comparison.ts'
import { demandSchema, objectiveDemandSchema } from './demand.ts'
import { enforcementSchema } from './enforcement.ts'
import { failureCountSchema, failureSampleSchema } from './failures-schema.ts'
import { objectiveFunctionSchema } from './plan/objective-schema.ts'
import { rollbackRecordSchema } from './rollback.ts'
import { SEVERITIES } from './severity.ts'

export const OUTCOMES = ['GO', 'NO_GO', 'INCONCLUSIVE'] as const
export type VerdictOutcome = (typeof OUTCOMES)[number]

/** Exit status of a run that ended in this outcome. */
export const OUTCOME_EXIT_STATUS: Readonly<Record<VerdictOutcome, number>> = {
  GO: 0,
  NO_GO: 1,
  INCONCLUSIVE: 3,
}

export { SEVERITIES, type Severity } from './severity.ts'

const severity = z.enum(SEVERITIES)
const evidence = recordOf(z.unknown())

/** The cause of the outcome; `code` is stable, `message` is for people, `evidence` holds the figures. */
export const reasonSchema = z.object({
  code: z.string(),
  severity,
  message: z.string(),
  /** The demand that it is about; null where it is about the run as a whole. */
  about: demandSchema.nullable(),
  /** The message without the demand, for whoever shows that beside it. */
  detail: z.string(),
  evidence,
})
export type VerdictReason = z.infer<typeof reasonSchema>

/** The urgency of a burn rate: fast for now, slow for this week. */
export const BURN_ALERTS = ['ok', 'slow-burn', 'fast-burn'] as const
export type BurnAlert = (typeof BURN_ALERTS)[number]

/** Burn rate over a window: 1 spends a whole budget in exactly `budgetDays`. Null: bad requests where none is allowed. */
const burnSchema = z.object({ windowMs: z.number(), rate: z.number().nullable() })

/** The bad requests that an objective allows, and how they are used up (SRE workbook, chapter 5). */
export const errorBudgetSchema = z.object({
  /** Share of requests that may be bad. */
  allowedRatio: z.number(),
  badCount: z.number(),
  totalCount: z.number(),
  /** bad / (allowed x total); above 1 it is overspent. Null: bad requests where none is allowed. */
  burnedRatio: z.number().nullable(),
  /** 0-1 */
  budgetLeftRatio: z.number(),
  burnRate: z.object({ long: burnSchema, short: burnSchema }),
  alert: z.enum(BURN_ALERTS),
  /** Length of the period that a whole budget is for. */
  budgetDays: z.number(),
  /** Until a whole budget would be used up at the tested load, ms; null when nothing burns. */
  exhaustionMs: z.number().nullable(),
})
export type ErrorBudget = z.infer<typeof errorBudgetSchema>

/** One objective against what was observed. `interval` is the 95 % one-sided-each confidence interval of `observed`, same unit as the bound. */
export const objectiveResultSchema = z.object({
  ...objectiveDemandSchema.shape,
  fn: objectiveFunctionSchema,
  metric: z.string(),
  labels: recordOf(z.string()),
  within: z.number().nullable(),
  outcome: z.enum(['met', 'missed', 'unproven', 'no-data']),
  observed: z.number().nullable(),
  /** True when `observed` is a lower bound: it falls among unanswered requests. */
  isAtLeast: z.boolean(),
  interval: z.tuple([z.number(), z.number()]).nullable(),
  severity,
  role: z.enum(['core', 'handler', 'validation']),
  sampleCount: z.number(),
  /** The number of independent samples of equal worth (design effect); null for claims that are not about a share. */
  effectiveSampleCount: z.number().nullable(),
  builtIn: z.boolean(),
  /** The finding, without the objective itself. */
  message: z.string(),
  /** Null for what allows no share of bad requests, and for what nobody measured. */
  budget: errorBudgetSchema.nullable(),
})
export type ObjectiveResult = z.infer<typeof objectiveResultSchema>

export const PRIORITIES = ['critical', 'high', 'medium', 'low'] as const
export type Priority = (typeof PRIORITIES)[number]

/** One violation and what to do about it. */
export const riskSchema = z.object({
  ...demandSchema.shape,
  /** probability x impact, 0-10. */
  exposure: z.number(),
  /** Share of the run in which it was breached, 0-1. */
  probability: z.number(),
  /** 0-10 */
  impact: z.number(),
  priority: z.enum(PRIORITIES),
  /** (benefit - cost) / cost of fixing it; null when not stated. */
  roi: z.number().nullable(),
  recommendation: z.string(),
  /** The place to look at first; null when none stands out. */
  step: z.string().nullable(),
  component: z.string().nullable(),
  /** The resource at its limit at that time: `target CPU`, `generator CPU`; null for none. */
  resource: z.string().nullable(),
  owner: z.string().nullable(),
  runbook: z.string().nullable(),
  severity,
})
export type Risk = z.infer<typeof riskSchema>

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
  /** Answers by status. */
  statuses: recordOf(z.number()),
  errors: recordOf(z.number()),
  /** The causes of failed requests, the most frequent reason first. */
  failures: z.array(failureCountSchema),
  /** A few of those requests, at most three of an error kind. */
  failureSamples: z.array(failureSampleSchema),
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
  steps: recordOf(stepSummarySchema),
  components: recordOf(percentilesSchema),
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
  runId: plainName,
  scenario: plainName,
  outcome: z.enum(OUTCOMES),
  exitCode: z.number(),
  cautions: z.array(reasonSchema),
  reasons: z.array(reasonSchema),
  objectives: z.array(objectiveResultSchema),
  /** Violations in the order in which to look at them. */
  risks: z.array(riskSchema),
  /** Null when there was nothing to compare with. */
  comparison: comparisonSchema.nullable(),
  /** The events and actions during the load; null when nothing watched it. */
  enforcement: enforcementSchema.nullable(),
  /** Null when nothing asked for one. */
  rollback: rollbackRecordSchema.nullable(),
  validity: z.object({ valid: z.boolean(), reasons: z.array(reasonSchema) }),
  summary: summarySchema,
})
export type Verdict = z.infer<typeof verdictSchema>

/** The verdict as it was published, with the paths of the files of its run by name. */
export const verdictDocumentSchema = verdictSchema.extend({ files: recordOf(z.string()) })
export type VerdictDocument = z.infer<typeof verdictDocumentSchema>

/** Joins a verdict and the paths of the files of its run. */
export function verdictDocument(
  verdict: Verdict,
  files: Readonly<Record<string, string>> = {},
): VerdictDocument {
  return { ...verdict, files: { ...files } }
}
