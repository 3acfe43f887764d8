/** Opens a history: a file of SQLite (libsql) beside the project, or a PostgreSQL server for a team. */
import {
  type Dialect,
  Kysely,
  Migrator,
  PostgresDialect,
  type SqliteDatabase,
  SqliteDialect,
  sql,
} from 'kysely'
import Database from 'libsql'
import pg from 'pg'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { refuseIrregular } from '../../system/files.ts'
import { underLock } from '../file-lock.ts'
import { CheckedRows, type Explain, guardedDialect } from './guarded-dialect.ts'
import { HistoryStore } from './history-store.ts'
import { queryFile } from './query-file.ts'
import type { QueryRow } from './query-protocol.ts'
import { type HistoryTables, MIGRATIONS } from './tables.ts'

/** Other processes write to the same file: how long one waits for another. The whole process does: nothing else goes on meanwhile. */
const BUSY_MS = 10_000
/** A server that takes longer to let us in, or to answer, is as good as none. */
const CONNECT_MS_MAX = 5_000
const ANSWER_MS_MAX = 10_000
/** The time limit of user queries, which may take longer than the store's own. */
const QUERY_MS_MAX = 60_000

/** Opens the history and brings its tables up to date. @param location file, or `postgres://...` @throws HarnessError HISTORY_UNUSABLE */
export async function openHistory(location: string): Promise<HistoryStore> {
  const isServer = /^postgres(ql)?:\/\//.test(location)
  const explain = (cause: unknown) => unusable(location, cause, isServer)
  try {
    return await (isServer ? openServer(location, explain) : openFile(location, explain))
  } catch (cause) {
    throw explain(cause)
  }
}

function unusable(location: string, cause: unknown, isServer: boolean): HarnessError {
  if (cause instanceof HarnessError && cause.code === 'HISTORY_UNUSABLE') return cause
  return new HarnessError(
    'HISTORY_UNUSABLE',
    `the history ${withoutPassword(location)} cannot be used: ${messageOf(cause)}`,
    {
      cause,
      hint: isServer
        ? 'Check the address, the user and the database: --store postgres://user:password@host:5432/database'
        : 'Make the file writable; if something else has changed it, restore a copy; or choose another with --store.',
    },
  )
}

async function openServer(location: string, explain: Explain): Promise<HistoryStore> {
  const pool = new pg.Pool({
    connectionString: location,
    max: 4,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    query_timeout: ANSWER_MS_MAX,
  })
  // What nobody waits for any more, the server gives up too. Not in the first message: poolers in between refuse it there.
  pool.on('connect', (client) => {
    // One that is lost in use fails what it is used for; unheard, that would end the process, too.
    client.on('error', () => undefined)
    client.query(`set statement_timeout = ${ANSWER_MS_MAX}`).catch(() => undefined)
  })
  // An idle connection that the server ends is replaced when it is needed; unheard, it would end the process.
  pool.on('error', () => undefined)
  const db = await migrated(guarded(new PostgresDialect({ pool }), explain))
  return new HistoryStore(db, (text, signal) => queryServer(pool, text, signal))
}

/** Under a lock: the migrator keeps two processes apart on a server only, and a fresh file is often met by several. */
async function openFile(location: string, explain: Explain): Promise<HistoryStore> {
  await refuseIrregular(location)
  const db = await underLock(location, () => {
    const file = new Database(location, { timeout: BUSY_MS })
    // libsql has the interface of better-sqlite3, for which the dialect was made.
    const database = file as unknown as SqliteDatabase
    return migrated(guarded(new SqliteDialect({ database }), explain), async (db) => {
      await sql`pragma journal_mode = wal`.execute(db)
      await sql`pragma synchronous = normal`.execute(db)
      await sql`pragma foreign_keys = on`.execute(db)
    })
  })
  return new HistoryStore(db, (text, signal) => queryFile(location, text, QUERY_MS_MAX, signal))
}

/** One statement of its own, and nothing else, in a transaction that reads; the server ends it at the limit. */
async function queryServer(pool: pg.Pool, text: string, signal: AbortSignal): Promise<readonly QueryRow[]> {
  const client = await pool.connect()
  const giveUp = () => client.release(true)
  signal.addEventListener('abort', giveUp)
  try {
    signal.throwIfAborted()
    await client.query('begin read only')
    await client.query(`set local statement_timeout = ${QUERY_MS_MAX}`)
    // A statement with a name is prepared: of several, which could end the transaction, the server takes none.
    const asked = { name: 'asked', text, query_timeout: QUERY_MS_MAX }
    return (await client.query<Record<string, unknown>>(asked)).rows
  } finally {
    signal.removeEventListener('abort', giveUp)
    if (!signal.aborted) client.release(true)
  }
}

function guarded(dialect: Dialect, explain: Explain): Kysely<HistoryTables> {
  return new Kysely({ dialect: guardedDialect(dialect, explain), plugins: [new CheckedRows(explain)] })
}

async function migrated(
  db: Kysely<HistoryTables>,
  configure: (db: Kysely<HistoryTables>) => Promise<void> = () => Promise.resolve(),
): Promise<Kysely<HistoryTables>> {
  try {
    await configure(db)
    const { error } = await new Migrator({ db, provider: MIGRATIONS }).migrateToLatest()
    if (error !== undefined) throw error
    return db
  } catch (cause) {
    await db.destroy()
    throw cause
  }
}

function withoutPassword(location: string): string {
  return location.replace(/\/\/([^:/@]+):[^@]*@/, '//$1:***@')
}
