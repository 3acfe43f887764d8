/** A qualification: activities in stages, judged to one answer. The schemas are the types; `qualify.json` is a `QualificationRecord`. */
import * as z from 'zod'
import { plainName } from '../base/plain-name.ts'
import { recordOf } from '../base/record-of.ts'
import { OPERATORS } from './demand.ts'
import { ROLES } from './plan/objective-schema.ts'
import { OUTCOMES, riskSchema } from './verdict.ts'

export const ACTIVITY_KINDS = ['run', 'capacity', 'command', 'check', 'approval', 'triage', 'visual'] as const
export type ActivityKind = (typeof ACTIVITY_KINDS)[number]

/** core: without it there is no GO. handler: others need what it does. validation: it counts in the ratio of its stage, and that is all. */
export type ActivityRole = (typeof ROLES)[number]

/** skipped: it did not run. cancelled: it was ended by people. mocked: it ran, on something that stands in for its target. */
export const ACTIVITY_OUTCOMES = [
  'passed',
  'failed',
  'inconclusive',
  'skipped',
  'cancelled',
  'mocked',
] as const
export const activityOutcomeSchema = z.enum(ACTIVITY_OUTCOMES)
export type ActivityOutcome = z.infer<typeof activityOutcomeSchema>

/** One thing that counts in the ratio of a stage: an objective of a run, or an activity that has none. */
export const qualificationItemSchema = z.object({
  /** Unique in its activity, and the same in every qualification of the plan: id of the objective, or name of the activity. */
  id: z.string(),
  /** The demand as its author wrote it: `p99(response_time) < 250ms`. */
  label: z.string(),
  outcome: activityOutcomeSchema,
  weight: z.number(),
  /** The finding, in one line. */
  message: z.string(),
  /** The measured value and its bound, in `unit`; null for what has none. */
  measured: z
    .object({
      observed: z.number().nullable(),
      op: z.enum(OPERATORS),
      bound: z.number(),
      unit: z.string(),
      /** The share of the bound that was left: 0.3 is 30 % better than the bound, negative is beyond it. Null without a bound above 0. */
      margin: z.number().nullable(),
      /** The value in the qualification of the same plan before this one; null without one. */
      previous: z.number().nullable(),
    })
    .nullable(),
})
export type QualificationItem = Readonly<z.infer<typeof qualificationItemSchema>>

/** An input or an output. */
export const qualificationPartSchema = z.object({
  name: z.string(),
  /** The output that an input is (`data.dataset`); the file of an output, or the name of its value. */
  source: z.string(),
  /** A file has a hash, a value its text; both null: it was not there. */
  sha256: z.string().nullable(),
  value: z.string().nullable(),
})
export type QualificationPart = Readonly<z.infer<typeof qualificationPartSchema>>

export const qualificationReasonSchema = z.object({ code: z.string(), message: z.string() })
export type QualificationReason = Readonly<z.infer<typeof qualificationReasonSchema>>

export const UNDO_OUTCOMES = ['undone', 'failed', 'not-run'] as const

export const undoSchema = z.object({
  command: z.string(),
  outcome: z.enum(UNDO_OUTCOMES),
  message: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
})
export type QualificationUndo = Readonly<z.infer<typeof undoSchema>>

/** A decision of a person: an approval, or an activity that was skipped. */
export const humanDecisionSchema = z.object({
  by: z.string(),
  at: z.string(),
  comment: z.string().nullable(),
})
export type HumanDecision = Readonly<z.infer<typeof humanDecisionSchema>>

export const qualifiedActivitySchema = z.object({
  name: z.string(),
  stage: z.string(),
  role: z.enum(ROLES),
  kind: z.enum(ACTIVITY_KINDS),
  /** Hash of all that decides what it does; the same one in a later qualification is the same work. */
  fingerprint: z.string(),
  /** The scenario, the command or the question. */
  what: z.string(),
  /** All that it waits for: those of `needs`, those of its inputs. */
  needs: z.array(z.string()),
  outcome: activityOutcomeSchema,
  /** The decision on the outcome, most important first. */
  reasons: z.array(qualificationReasonSchema),
  /** From this activity to the one that began it: `visuals skipped`, `incident skipped`, `hours failed: p99(...) < 250ms`. Empty when it passed. */
  chain: z.array(z.string()),
  items: z.array(qualificationItemSchema),
  /** ISO 8601; null: it did not start, or did not end. */
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  /** Since the start of the plan. The schedule before the start: what it was to be. */
  plannedStartMs: z.number(),
  plannedEndMs: z.number(),
  startMs: z.number().nullable(),
  endMs: z.number().nullable(),
  expectedMs: z.number(),
  /** The delay that would have left the end of the plan where it was to be. */
  slackMs: z.number(),
  runId: plainName.nullable(),
  /** Relative to the folder of the qualification, by report: `html`, `record`, `log`. */
  files: recordOf(z.string()),
  inputs: z.array(qualificationPartSchema),
  outputs: z.array(qualificationPartSchema),
  /** Counts from 1; 0: it never started. */
  attempt: z.number(),
  /** The replacement of its target; null: the target itself. */
  mocked: z.string().nullable(),
  reusedFrom: z.object({ qualificationId: plainName, ageMs: z.number() }).nullable(),
  /** Load activities with which it ran at once, on purpose. */
  overlapped: z.array(z.string()),
  decision: humanDecisionSchema.nullable(),
  undo: undoSchema.nullable(),
})
export type QualifiedActivity = Readonly<z.infer<typeof qualifiedActivitySchema>>

/** The rule that decided a stage: the first that holds, in this order. */
export const STAGE_RULES = [
  'CORE_FAILED',
  'RATIO_MISSED',
  'CORE_OPEN',
  'RATIO_OPEN',
  'NOT_RUN',
  'RATIO_MET',
] as const
export type StageRule = (typeof STAGE_RULES)[number]

export const qualifiedStageSchema = z.object({
  name: z.string(),
  needs: z.array(z.string()),
  /** 0-1 */
  passRatio: z.number(),
  /** Weights of items: `passed` of `total`; 12 of 12 where each weighs 1. */
  passed: z.number(),
  failed: z.number(),
  total: z.number(),
  outcome: z.enum(OUTCOMES),
  rule: z.enum(STAGE_RULES),
  message: z.string(),
})
export type QualifiedStage = Readonly<z.infer<typeof qualifiedStageSchema>>

const pathSchema = z.object({
  durationMs: z.number(),
  /** Names of activities. */
  path: z.array(z.string()),
  /** The activity with the least slack beside the path; null for none. */
  next: z.object({ name: z.string(), slackMs: z.number() }).nullable(),
})
export type QualificationPath = Readonly<z.infer<typeof pathSchema>>

export const qualificationVerdictSchema = z.object({
  outcome: z.enum(OUTCOMES),
  exitCode: z.number(),
  /** One sentence. */
  message: z.string(),
  /** The one chain of reasons that decided; empty for GO. */
  chain: z.array(z.string()),
  /** Most important first; empty for GO. */
  reasons: z.array(qualificationReasonSchema),
  /** All that did not pass, and does not change the outcome. */
  cautions: z.array(qualificationReasonSchema),
})
export type QualificationVerdict = Readonly<z.infer<typeof qualificationVerdictSchema>>

/** A violation in the run of an activity, and what to do about it. */
const qualificationRiskSchema = riskSchema.extend({ activity: z.string() })
export type QualificationRisk = z.infer<typeof qualificationRiskSchema>

export const qualificationRecordSchema = z.object({
  schemaVersion: z.literal(1),
  qualificationId: plainName,
  /** Its name. */
  plan: plainName,
  /** The file of the plan, as it was given. */
  planFile: z.string(),
  planHash: z.string(),
  startedAt: z.string(),
  finishedAt: z.string(),
  /** The number of times that it went on after it had been ended. */
  resumes: z.number(),
  strict: z.boolean(),
  /** The part that was asked for; null: all of it. */
  partial: z.string().nullable(),
  budgetMs: z.number().nullable(),
  resources: recordOf(z.number()),
  /** In the order of the plan. */
  stages: z.array(qualifiedStageSchema),
  activities: z.array(qualifiedActivitySchema),
  criticalPath: z.object({ planned: pathSchema, actual: pathSchema }),
  verdict: qualificationVerdictSchema,
  /** Violations of all runs in the order in which to look at them. */
  risks: z.array(qualificationRiskSchema),
  /** The qualification of the same plan before this one; null without one. */
  previous: z
    .object({ qualificationId: plainName, outcome: z.enum(OUTCOMES), finishedAt: z.string() })
    .nullable(),
})
export type QualificationRecord = Readonly<z.infer<typeof qualificationRecordSchema>>
