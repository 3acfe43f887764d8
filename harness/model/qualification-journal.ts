/**
 * The journal of a qualification, `journal.ndjson` in its folder: every transition is on disk before the act, and the state of the
 * qualification is what these entries add up to.
 */
import * as z from 'zod'
import { plainName } from '../base/plain-name.ts'
import { recordOf } from '../base/record-of.ts'
import { processIdentitySchema } from './line.ts'
import {
  activityOutcomeSchema,
  qualificationItemSchema,
  qualificationPartSchema,
  qualificationReasonSchema,
  STAGE_RULES,
  undoSchema,
} from './qualification.ts'
import type { QualificationPlan } from './qualification-plan.ts'
import { OUTCOMES, riskSchema } from './verdict.ts'

const at = z.string()
const activity = z.string()

const plan = z.custom<QualificationPlan>(
  (value) => typeof value === 'object' && value !== null && 'activities' in value,
)

/** The part of the plan that was asked for, and how strictly it is judged. */
export const qualificationWishSchema = z.object({
  strict: z.boolean(),
  /** Names of the activities that are to run; null: all. */
  only: z.array(z.string()).nullable(),
  /** The wish as it was written; null for all. */
  partial: z.string().nullable(),
  noMocks: z.boolean(),
})
export type QualificationWish = Readonly<z.infer<typeof qualificationWishSchema>>

/** The end of one attempt at an activity. */
export const activityResultSchema = z.object({
  outcome: activityOutcomeSchema,
  reasons: z.array(qualificationReasonSchema),
  items: z.array(qualificationItemSchema),
  /** The violations in its run. */
  risks: z.array(riskSchema),
  runId: plainName.nullable(),
  files: recordOf(z.string()),
  outputs: z.array(qualificationPartSchema),
  mocked: z.string().nullable(),
  reusedFrom: z.object({ qualificationId: plainName, ageMs: z.number() }).nullable(),
})
export type ActivityResult = Readonly<z.infer<typeof activityResultSchema>>

export const DECISIONS = ['approved', 'rejected', 'skipped', 'retried'] as const

/** One line of the journal. */
export const qualificationEntrySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('begun'),
    schemaVersion: z.literal(1),
    at,
    qualificationId: plainName,
    process: processIdentitySchema,
    wish: qualificationWishSchema,
    plan,
  }),
  /** Another process goes on, with the plan and the wish as they are by then. */
  z.object({
    kind: z.literal('resumed'),
    at,
    process: processIdentitySchema,
    wish: qualificationWishSchema,
    plan,
  }),
  /** It runs again, whatever it had come to. */
  z.object({ kind: z.literal('reopened'), at, activity, why: z.string() }),
  z.object({
    kind: z.literal('started'),
    at,
    activity,
    attempt: z.number(),
    inputs: z.array(qualificationPartSchema),
  }),
  z.object({ kind: z.literal('run'), at, activity, runId: plainName }),
  z.object({ kind: z.literal('child'), at, activity, process: processIdentitySchema }),
  z.object({ kind: z.literal('ended'), at, activity, attempt: z.number(), result: activityResultSchema }),
  z.object({
    kind: z.literal('decided'),
    at,
    activity,
    decision: z.enum(DECISIONS),
    by: z.string(),
    comment: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('judged'),
    at,
    stage: z.string(),
    outcome: z.enum(OUTCOMES),
    rule: z.enum(STAGE_RULES),
  }),
  z.object({ kind: z.literal('undo-started'), at, activity }),
  z.object({ kind: z.literal('undo-ended'), at, activity, undo: undoSchema }),
  z.object({ kind: z.literal('finished'), at, outcome: z.enum(OUTCOMES), exitCode: z.number() }),
])
export type QualificationEntry = Readonly<z.infer<typeof qualificationEntrySchema>>
