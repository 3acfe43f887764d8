/** Where a history lives: a file of SQLite (libsql) beside the project, or a PostgreSQL server for a team. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Kysely, Migrator, PostgresDialect, type SqliteDatabase, SqliteDialect, sql } from 'kysely'
import Database from 'libsql'
import pg from 'pg'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { HistoryStore } from './history-store.ts'
import { type HistoryTables, MIGRATIONS } from './tables.ts'

/** Other processes write to the same file: how long one waits for another. */
const BUSY_MS = 30_000

/** Opens the history and brings its tables up to date. @param location file, or `postgres://...` @throws HarnessError HISTORY_UNUSABLE */
export async function openHistory(location: string): Promise<HistoryStore> {
  const isServer = /^postgres(ql)?:\/\//.test(location)
  let db: Kysely<HistoryTables> | null = null
  try {
    db = isServer ? openServer(location) : await openFile(location)
    const { error } = await new Migrator({ db, provider: MIGRATIONS }).migrateToLatest()
    if (error !== undefined) throw error
    return new HistoryStore(db)
  } catch (cause) {
    await db?.destroy()
    throw new HarnessError(
      'HISTORY_UNUSABLE',
      `the history ${withoutPassword(location)} cannot be used: ${messageOf(cause)}`,
      {
        cause,
        hint: isServer
          ? 'Check the address, the user and the database: --store postgres://user:password@host:5432/database'
          : 'Make the file writable, or choose another with --store.',
      },
    )
  }
}

function openServer(location: string): Kysely<HistoryTables> {
  const pool = new pg.Pool({ connectionString: location, max: 4 })
  // An idle connection that the server ends is replaced when it is needed; unheard, it would end the process.
  pool.on('error', () => undefined)
  return new Kysely({ dialect: new PostgresDialect({ pool }) })
}

async function openFile(location: string): Promise<Kysely<HistoryTables>> {
  await mkdir(dirname(location), { recursive: true })
  const file = new Database(location, { timeout: BUSY_MS })
  const db = new Kysely<HistoryTables>({
    // libsql has the interface of better-sqlite3, for which the dialect was made.
    dialect: new SqliteDialect({ database: file as unknown as SqliteDatabase }),
  })
  await sql`pragma journal_mode = wal`.execute(db)
  await sql`pragma synchronous = normal`.execute(db)
  await sql`pragma foreign_keys = on`.execute(db)
  return db
}

function withoutPassword(location: string): string {
  return location.replace(/\/\/([^:/@]+):[^@]*@/, '//$1:***@')
}
