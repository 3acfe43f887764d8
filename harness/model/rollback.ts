/** The part of a rollback in record and verdict. */
import * as z from 'zod'
import { demandSchema } from './demand.ts'
import { SEVERITIES } from './severity.ts'

/** In this order. */
export const ROLLBACK_STEPS = ['freeze', 'capture', 'drain', 'undo', 'verify', 'release'] as const
export type RollbackStepName = (typeof ROLLBACK_STEPS)[number]
export const rollbackStepName = z.enum(ROLLBACK_STEPS)

/** Outcomes of a rollback that was begun. unverified: undone, and a halt by somebody forbids the load that would show the system healthy. */
export const BEGUN_ROLLBACK_OUTCOMES = ['succeeded', 'failed', 'interrupted', 'unverified'] as const
export type BegunRollbackOutcome = (typeof BEGUN_ROLLBACK_OUTCOMES)[number]

export const ROLLBACK_OUTCOMES = [...BEGUN_ROLLBACK_OUTCOMES, 'not-armed', 'not-enough-samples'] as const
export type RollbackOutcome = (typeof ROLLBACK_OUTCOMES)[number]

/** A cause of a NO-GO that requests a procedure: a missed objective, or a confirmed regression against a baseline. */
export const violationSchema = z.object({
  kind: z.enum(['objective', 'regression']),
  ...demandSchema.shape,
  severity: z.enum(SEVERITIES),
  /** Name of the procedure. */
  procedure: z.string(),
  message: z.string(),
})
export type RollbackViolation = z.infer<typeof violationSchema>

/** unseen: it was begun, and the process that would have seen its end was killed. */
const undoOutcome = z.enum(['succeeded', 'failed', 'unseen', 'not-run'])

export const undoneSchema = z.object({
  name: z.string(),
  plugin: z.string(),
  /** The exact action. */
  description: z.string(),
  outcome: undoOutcome,
  message: z.string(),
  attempts: z.number(),
  durationMs: z.number(),
})
export type UndoneProcedure = z.infer<typeof undoneSchema>

export const takenStepSchema = z.object({
  name: rollbackStepName,
  /** prevented: somebody forbids it, as a halt forbids the load that verifies. */
  outcome: z.enum(['succeeded', 'failed', 'prevented', 'skipped']),
  /** ISO 8601 */
  startedAt: z.string(),
  durationMs: z.number(),
  attempts: z.number(),
  message: z.string(),
})
export type TakenStep = z.infer<typeof takenStepSchema>

const plannedStepSchema = z.object({ step: rollbackStepName, description: z.string() })
export type PlannedStep = z.infer<typeof plannedStepSchema>

export const rollbackRecordSchema = z.object({
  rollbackId: z.string(),
  outcome: z.enum(ROLLBACK_OUTCOMES),
  /** One sentence. */
  message: z.string(),
  reasons: z.array(violationSchema),
  procedures: z.array(undoneSchema),
  /** Those that were taken or passed over, in order; none when nothing was executed. */
  steps: z.array(takenStepSchema),
  /** ISO 8601 */
  startedAt: z.string(),
  durationMs: z.number(),
  /** The steps that would be carried out, when none was. */
  plan: z.array(plannedStepSchema).nullable(),
})
export type RollbackRecord = z.infer<typeof rollbackRecordSchema>
