/** A run as the history keeps it, and as `proofload history export` writes it: one JSON document a line. */
import { z } from 'zod'
import { plainName } from '../base/plain-name.ts'
import { recordOf } from '../base/record-of.ts'
import { fingerprintSchema } from './baseline.ts'
import { runSummariesSchema, type ScaledFigure, wholeIntervalSchema } from './run-summary.ts'
import { OUTCOMES, verdictSchema } from './verdict.ts'

export const historyRunSchema = z.object({
  schemaVersion: z.literal(1),
  id: plainName,
  scenario: plainName,
  startedAt: z.string(),
  loadMs: z.number(),
  outcome: z.enum(OUTCOMES),
  valid: z.boolean(),
  /** Commit or whatever else names the build. */
  build: z.string().nullable(),
  scenarioHash: z.string().nullable(),
  loadHash: z.string(),
  bootId: z.string().nullable(),
  environment: fingerprintSchema,
  summaries: runSummariesSchema,
  verdict: verdictSchema,
  /** Response times of the whole run by step: exact whatever becomes of the intervals. */
  merged: recordOf(z.string()),
  intervals: z.array(wholeIntervalSchema),
})
export type HistoryRun = z.infer<typeof historyRunSchema>

/** The fields of a run in a list. */
export type HistoryRow = Pick<
  HistoryRun,
  'id' | 'scenario' | 'startedAt' | 'loadMs' | 'outcome' | 'valid' | 'build' | 'loadHash' | 'bootId'
>

/** One metric of one run, in the order of time. */
export interface TrendPoint extends ScaledFigure {
  readonly id: string
  readonly startedAt: string
  readonly build: string | null
  readonly session: string
}
