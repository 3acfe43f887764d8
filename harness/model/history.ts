/** Runs and searches for a capacity as the history keeps them, and as `proofload history export` writes them: one JSON document a line. */
import * as z from 'zod'
import { plainName } from '../base/plain-name.ts'
import { recordOf } from '../base/record-of.ts'
import { fingerprintSchema } from './baseline.ts'
import { CONTROLS, capacityAnswerSchema } from './capacity.ts'
import type { BegunRollbackOutcome } from './rollback.ts'
import {
  COMPARED_METRICS,
  runSummariesSchema,
  type ScaledFigure,
  wholeIntervalSchema,
} from './run-summary.ts'
import { OUTCOMES, verdictSchema } from './verdict.ts'

export const HISTORY_KINDS = ['run', 'comparison', 'capacity'] as const
export type HistoryKind = (typeof HISTORY_KINDS)[number]

const entrySchema = z.object({
  schemaVersion: z.literal(1),
  id: plainName,
  scenario: plainName,
  startedAt: z.string(),
  loadMs: z.number(),
  outcome: z.enum(OUTCOMES),
  /** True for a search that confirmed a load. */
  valid: z.boolean(),
  /** Commit or whatever else names the build. */
  build: z.string().nullable(),
  scenarioHash: z.string().nullable(),
  loadHash: z.string(),
  bootId: z.string().nullable(),
  environment: fingerprintSchema,
})

export const historyRunSchema = entrySchema.extend({
  /** `comparison`: of two builds, whose figures are those of its candidate; it is no point of a trend. */
  kind: z.enum(['run', 'comparison']),
  summaries: runSummariesSchema,
  verdict: verdictSchema,
  /** Response times of the whole run by step: exact whatever becomes of the intervals. */
  merged: recordOf(z.string()),
  intervals: z.array(wholeIntervalSchema),
})
export type HistoryRun = z.infer<typeof historyRunSchema>

/** A finished search for a capacity: its answer; its probes are in its folder. */
export const historySearchSchema = entrySchema.extend({
  kind: z.literal('capacity'),
  by: z.enum(CONTROLS),
  /** Null: not known. */
  requestsPerStart: z.number().nullable(),
  answer: capacityAnswerSchema,
})
export type HistorySearch = z.infer<typeof historySearchSchema>

export const historyEntrySchema = z.discriminatedUnion('kind', [historyRunSchema, historySearchSchema])
export type HistoryEntry = z.infer<typeof historyEntrySchema>

/** Figures of searches: the load at which a limit is just met, and the one that was confirmed; of rates and of agents. */
export const SEARCH_METRICS = ['capacity', 'safe_rate', 'capacity_agents', 'safe_agents'] as const
export type SearchMetric = (typeof SEARCH_METRICS)[number]

export const TREND_METRICS = [...COMPARED_METRICS, ...SEARCH_METRICS] as const
export type TrendMetric = (typeof TREND_METRICS)[number]

export function isSearchMetric(metric: TrendMetric): metric is SearchMetric {
  return SEARCH_METRICS.some((name) => name === metric)
}

/** The fields of a run or a search in a list. */
export interface HistoryRow
  extends Pick<
    HistoryRun,
    'id' | 'scenario' | 'startedAt' | 'loadMs' | 'outcome' | 'valid' | 'build' | 'loadHash' | 'bootId'
  > {
  readonly kind: HistoryKind
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
