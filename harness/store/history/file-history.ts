/** A history in a file of SQLite. */
import { type SqliteDatabase, SqliteDialect, sql } from 'kysely'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { refuseIrregular } from '../../system/files.ts'
import { underLock } from '../file-lock.ts'
import type { Explain } from './guarded-dialect.ts'
import { HistoryStore } from './history-store.ts'
import { migrated } from './migrate.ts'
import { queryFile } from './query-file.ts'
import { QUERY_MS_MAX } from './query-protocol.ts'

/** Other processes write to the same file: how long one waits for another. The whole process does: nothing else goes on meanwhile. */
const BUSY_MS = 10_000

/** Opens the history of a file. Under a lock: the migrator keeps two processes apart on a server only, and a fresh file is often met by several. */
export async function open(location: string, explain: Explain): Promise<HistoryStore> {
  await refuseIrregular(location)
  const Database = await loadDriver()
  const db = await underLock(location, () => {
    const file = new Database(location, { timeout: BUSY_MS })
    // libsql has the interface of better-sqlite3, for which the dialect was made.
    const database = file as unknown as SqliteDatabase
    return migrated(new SqliteDialect({ database }), explain, async (db) => {
      await sql`pragma journal_mode = wal`.execute(db)
      await sql`pragma synchronous = normal`.execute(db)
      await sql`pragma foreign_keys = on`.execute(db)
    })
  })
  return new HistoryStore(db, (text, signal) => queryFile(location, text, QUERY_MS_MAX, signal))
}

/** Loads the driver, which is compiled for each platform. A static import that throws would be reported by Node twice, once to nobody. */
async function loadDriver() {
  try {
    return (await import('libsql')).default
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause
    throw new HarnessError('PART_MISSING', `the driver of SQLite cannot be loaded: ${messageOf(cause)}`, {
      cause,
      hint: 'Install proofload again on this machine, or keep the history on a server (--store postgres://...), or keep none: --no-history.',
    })
  }
}
