import pg from 'pg'

/** The port of the PostgreSQL server of this machine. */
export const POSTGRES_PORT = 5432
const SERVER = `postgres://postgres@127.0.0.1:${POSTGRES_PORT}/postgres`
/** Why a test is skipped where there is none. */
export const POSTGRES_HINT = `no server at ${SERVER}; apt-get install postgresql, and start it`

/** A database of its own on the server, gone afterwards. */
export async function inDatabase(body: (location: string) => Promise<void>): Promise<void> {
  const name = `proofload_test_${process.pid}_${process.hrtime.bigint()}`
  const client = new pg.Client({ connectionString: SERVER })
  await client.connect()
  try {
    await client.query(`create database ${name}`)
    await body(SERVER.replace(/\/postgres$/, `/${name}`))
  } finally {
    await client.query(`drop database if exists ${name} with (force)`)
    await client.end()
  }
}

export async function hasPostgres(): Promise<boolean> {
  const client = new pg.Client({ connectionString: SERVER, connectionTimeoutMillis: 2_000 })
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    // None here: the tests say so.
    return false
  }
}
