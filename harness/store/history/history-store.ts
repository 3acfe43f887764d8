import { type Kysely, sql, type Transaction } from 'kysely'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { interrupted } from '../../base/stop-request.ts'
import type { HistoryEntry, HistoryRun } from '../../model/history.ts'
import type { WholeInterval } from '../../model/run-summary.ts'
import { entryOf, intervalOf, intervalRows, joinUpTo, metricRows, rowOf } from './history-rows.ts'
import type { QueryRow } from './query-protocol.ts'
import { RunIndex } from './run-index.ts'
import type { HistoryTables } from './tables.ts'

/** Rows of one insert: far below the parameters that SQLite takes. */
const BATCH = 1_000

/** Answers a query without letting it write, and within a limit. Rejects with why not. @param signal ends it */
export type AskHistory = (text: string, signal: AbortSignal) => Promise<readonly QueryRow[]>

/** All runs and searches, in either database; every write is one transaction. */
export class HistoryStore extends RunIndex {
  readonly #ask: AskHistory

  constructor(db: Kysely<HistoryTables>, ask: AskHistory) {
    super(db)
    this.#ask = ask
  }

  /** Adds a run or a search; false when it is there already. */
  add(entry: HistoryEntry): Promise<boolean> {
    return this.db.transaction().execute(async (tx) => {
      const inserted = await tx
        .insertInto('runs')
        .values(rowOf(entry))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      if (inserted.numInsertedOrUpdatedRows === 0n) return false
      await insertAll(tx, 'metrics', metricRows(entry))
      if (entry.kind !== 'capacity') await insertAll(tx, 'intervals', intervalRows(entry.id, entry.intervals))
      return true
    })
  }

  /** Stores what became of the rollback of a run: in the run that is there, or else with the run. */
  async settleRollback(run: HistoryRun): Promise<void> {
    const { verdict, rollback, recovery_ms } = rowOf(run)
    const { numUpdatedRows } = await this.db
      .updateTable('runs')
      .set({ verdict, rollback, recovery_ms })
      .where('id', '=', run.id)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) await this.add(run)
  }

  /** Adds nothing, in the way a run is added. @throws HarnessError HISTORY_UNUSABLE for a user or a file that may only read */
  async requireWritable(): Promise<void> {
    await sql`insert into runs select * from runs where 1 = 0`.execute(this.db)
  }

  /** A run; null when there is none of this id. */
  async get(id: string): Promise<HistoryRun | null> {
    const found = await this.entry(id)
    return found?.kind === 'capacity' ? null : found
  }

  /** A run or a search; null when there is none. */
  async entry(id: string): Promise<HistoryEntry | null> {
    const row = await this.db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst()
    if (row === undefined) return null
    return entryOf(row, await this.#intervalsOf(id))
  }

  /** Merges the intervals of runs that began before an instant into longer ones; totals stay exact. Gives how many runs. */
  async rollUp(before: string, intervalMs: number): Promise<number> {
    const runs = await this.db.selectFrom('runs').select('id').where('started_at', '<', before).execute()
    let changed = 0
    for (const { id } of runs) {
      const intervals = await this.#intervalsOf(id)
      const merged = joinUpTo(intervals, intervalMs)
      if (merged.length === intervals.length) continue
      await this.db.transaction().execute(async (tx) => {
        await tx.deleteFrom('intervals').where('run_id', '=', id).execute()
        await insertAll(tx, 'intervals', intervalRows(id, merged))
      })
      changed++
    }
    return changed
  }

  /** Forgets runs that began before an instant; gives how many. */
  async forget(before: string): Promise<number> {
    const { numDeletedRows } = await this.db
      .deleteFrom('runs')
      .where('started_at', '<', before)
      .executeTakeFirst()
    return Number(numDeletedRows)
  }

  /** Rows of a query that only reads. @param signal ends it @throws HarnessError USAGE for what cannot be read, takes too long, or would write */
  async query(text: string, signal: AbortSignal): Promise<readonly QueryRow[]> {
    try {
      if (!/^\s*(select|with|explain)\b/i.test(text))
        throw new Error('only select, with and explain are taken')
      return await this.#ask(text, signal)
    } catch (cause) {
      if (signal.aborted) throw interrupted('while the query was answered')
      throw new HarnessError('USAGE', `the query cannot be run: ${messageOf(cause)}`, {
        cause,
        hint: "Tables are runs, metrics and intervals, for example: select id, outcome from runs where scenario = 'checkout'",
      })
    }
  }

  close(): Promise<void> {
    return this.db.destroy()
  }

  async #intervalsOf(id: string): Promise<WholeInterval[]> {
    const rows = await this.db
      .selectFrom('intervals')
      .selectAll()
      .where('run_id', '=', id)
      .orderBy('sequence')
      .execute()
    return rows.map(intervalOf)
  }
}

async function insertAll<Table extends 'metrics' | 'intervals'>(
  tx: Transaction<HistoryTables>,
  table: Table,
  rows: readonly HistoryTables[Table][],
): Promise<void> {
  for (let from = 0; from < rows.length; from += BATCH) {
    await tx
      .insertInto(table)
      .values(rows.slice(from, from + BATCH) as never)
      .execute()
  }
}
