/** A selection of runs and searches, and its query. */
import type { Kysely } from 'kysely'
import type { HistoryKind } from '../../model/history.ts'
import type { HistoryTables } from './tables.ts'

/** A selection of runs and searches. */
export interface HistoryFilter {
  /** Undefined: any. */
  readonly kinds?: readonly HistoryKind[]
  readonly scenario?: string
  readonly outcome?: string
  readonly build?: string
  /** ISO 8601. */
  readonly since?: string
  readonly limit?: number
  /** The number of newest runs to skip. */
  readonly offset?: number
}

/** Begins a query of what a filter selects. */
export function runsOf(db: Kysely<HistoryTables>, { kinds, scenario, outcome, build, since }: HistoryFilter) {
  let query = db.selectFrom('runs')
  if (kinds !== undefined) query = query.where('kind', 'in', kinds)
  if (scenario !== undefined) query = query.where('scenario', '=', scenario)
  if (outcome !== undefined) query = query.where('outcome', '=', outcome)
  if (build !== undefined) query = query.where('build', '=', build)
  if (since !== undefined) query = query.where('started_at', '>=', since)
  return query
}
