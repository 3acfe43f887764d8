/** A run as the history keeps it, and as `proofload history export` writes it: one JSON document a line. */
import * as z from 'zod'
import { plainName } from '../base/plain-name.ts'
import { recordOf } from '../base/record-of.ts'
import { fingerprintSchema } from './baseline.ts'
import type { BegunRollbackOutcome } from './rollback.ts'
import { runSummariesSchema, type ScaledFigure, wholeIntervalSchema } from './run-summary.ts'
import { OUTCOMES, verdictSchema } from './verdict.ts'

export const historyRunSchema = z.object({
  schemaVersion: z.literal(1),
  id: plainName,
  /** `comparison`: of two builds, whose figures are those of its candidate; it is no point of a trend. */
  kind: z.enum(['run', 'comparison']),
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
export interface HistoryRow
  extends Pick<
    HistoryRun,
    | 'id'
    | 'kind'
    | 'scenario'
    | 'startedAt'
    | 'loadMs'
    | 'outcome'
    | 'valid'
    | 'build'
    | 'loadHash'
    | 'bootId'
  > {
  /** A GO that may hide a regression that nobody settled. */
  readonly doubtful: boolean
}

/** A rollback that was begun because of a stored run. */
export interface StoredRollback {
  readonly scenario: string
  readonly outcome: BegunRollbackOutcome
  /** From its trigger to the system verified healthy, ms; null: it was not. */
  readonly recoveryMs: number | null
}

/** One metric of one run, in the order of time. */
export interface TrendPoint extends ScaledFigure {
  readonly id: string
  readonly startedAt: string
  readonly build: string | null
  readonly session: string
}
