/** A history on a PostgreSQL server. */
import { PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Explain } from './guarded-dialect.ts'
import { HistoryStore } from './history-store.ts'
import { migrated } from './migrate.ts'
import { QUERY_MS_MAX, type QueryRow } from './query-protocol.ts'

/** A server that takes longer to let us in, or to answer, is as good as none. */
const CONNECT_MS_MAX = 5_000
const ANSWER_MS_MAX = 10_000

/** Opens the history of a server. @param location `postgres://...` */
export async function open(location: string, explain: Explain): Promise<HistoryStore> {
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
  const db = await migrated(new PostgresDialect({ pool }), explain)
  return new HistoryStore(db, (text, signal) => queryServer(pool, text, signal))
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
