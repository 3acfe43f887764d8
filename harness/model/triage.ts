/** The result of a triage, `triage.json`. */
import * as z from 'zod'
import { rollbackRecordSchema } from './rollback.ts'
import { OUTCOMES } from './verdict.ts'

/**
 * recovered: reproduced, undone, and GO afterwards. not-reproduced: no repeat was NO-GO. flaky: too few were to act.
 * reproduced: enough were, and nothing was undone. unsettled: undone, or tried to, and still not GO.
 */
export const TRIAGE_OUTCOMES = ['recovered', 'not-reproduced', 'flaky', 'reproduced', 'unsettled'] as const
export type TriageOutcome = (typeof TRIAGE_OUTCOMES)[number]

const judgedSchema = z.object({
  runId: z.string(),
  outcome: z.enum(OUTCOMES),
  /** First reason; null for GO. */
  reason: z.string().nullable(),
})
export type TriagedRun = z.infer<typeof judgedSchema>

export const triageRecordSchema = z.object({
  schemaVersion: z.literal(1),
  triageId: z.string(),
  scenario: z.string(),
  correlationId: z.string(),
  /** ISO 8601 */
  startedAt: z.string(),
  durationMs: z.number(),
  outcome: z.enum(TRIAGE_OUTCOMES),
  /** One sentence. */
  message: z.string(),
  repeats: z.array(judgedSchema),
  /** NO-GO / (GO + NO-GO) of the repeats; null when none could be believed. */
  reproducedRatio: z.number().nullable(),
  /** From this ratio on the breach counts as reproduced. */
  reproducedRatioMin: z.number(),
  /** Null when nothing asked for one. */
  rollback: rollbackRecordSchema.nullable(),
  /** The run after the rollback; null when nothing was undone. */
  gate: judgedSchema.nullable(),
})
export type TriageRecord = z.infer<typeof triageRecordSchema>
