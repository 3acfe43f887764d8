/** One connection of pg. Its own queue is never used: a statement is sent when the server is ready for it. */
import type { Socket } from 'node:net'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { messageOf, systemCodeOf } from '../../base/errors.ts'
import type { DriverContext } from '../../ports/target.ts'
import { type Failure, failureOf } from '../failure.ts'
import type { ServerAddress } from '../server-config.ts'
import { type Opening, type Session, SessionRefused } from '../session.ts'
import { NO_RESULT, type OnResult, type SqlFailure, SqlSession, type SqlWire } from '../sql/session.ts'
import type { WiredStatement } from '../sql/work.ts'
import { clientSettings } from './client-settings.ts'
import { kindOfSqlstate, numberOfSqlstate } from './status.ts'

/** The parts of a client that its types leave out. */
interface WithConnection {
  readonly connection: NodeJS.EventEmitter & { readonly stream: Socket }
}

/** Opens a connection and logs in. Rejects with SessionRefused. */
export async function openPostgres(
  address: ServerAddress,
  { clock, place }: DriverContext,
  { signal, onLost }: Opening,
): Promise<Session> {
  const client = new pg.Client({
    ...clientSettings(address),
    application_name: `proofload ${place.target}`,
  })
  const { connection } = client as unknown as WithConnection
  const giveUp = () => connection.stream.destroy()
  signal.addEventListener('abort', giveUp, { once: true })
  let session: SqlSession | null = null
  client.on('error', (error) => session?.lost(lossOf(error)))
  try {
    await client.connect()
  } catch (thrown) {
    connection.stream.destroy()
    throw refusedBy(thrown, address.tls !== null)
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
  session = new SqlSession(new PostgresWire(client), clock, onLost)
  client.once('end', () => session?.lost({ kind: 'reset', text: 'the server closed the connection' }))
  return session
}

function refusedBy(thrown: unknown, isTls: boolean): SessionRefused {
  if (thrown instanceof pg.DatabaseError) {
    const { status, text, failure } = failureOfStatement(thrown)
    return new SessionRefused(failure ?? { kind: 'connect', text }, status)
  }
  const text = messageOf(thrown)
  if (/SSL connection/.test(text)) return new SessionRefused({ kind: 'tls', text })
  if (/terminated unexpectedly/.test(text)) return new SessionRefused({ kind: 'reset', text })
  if (/^SASL|password/.test(text)) return new SessionRefused({ kind: 'auth', text })
  const failure = failureOf(thrown, 'connecting')
  const isHandshake = isTls && failure.kind === 'connect'
  return new SessionRefused(isHandshake ? { ...failure, kind: 'tls' } : failure)
}

/** Returns what the server said before it hung up, which is more than that it did. */
function lossOf(error: unknown): Failure {
  if (error instanceof pg.DatabaseError) {
    const { text, failure } = failureOfStatement(error)
    return failure ?? { kind: 'closed', text }
  }
  if (/terminated unexpectedly/.test(messageOf(error)))
    return { kind: 'reset', text: 'the server closed the connection' }
  return systemCodeOf(error) === undefined
    ? { kind: 'protocol', text: messageOf(error) }
    : failureOf(error, 'open')
}

function failureOfStatement(error: unknown): SqlFailure {
  if (!(error instanceof pg.DatabaseError)) {
    const failure = lossOf(error)
    return { status: 0, text: failure.text, failure, isUsable: false }
  }
  const { code = '', message, severity } = error
  const kind = kindOfSqlstate(code)
  const text = `${code}: ${message}`
  return {
    status: numberOfSqlstate(code) ?? 0,
    text,
    failure: kind === null ? null : { kind, text },
    isUsable: severity !== 'FATAL' && severity !== 'PANIC',
  }
}

/** A query whose rows are counted, and not read. */
class CountedQuery extends pg.Query {
  count = 0

  /** Called by the client for each row. */
  handleDataRow(): void {
    this.count++
  }
}

class PostgresWire implements SqlWire {
  readonly #client: pg.Client
  readonly #connection: WithConnection['connection']

  constructor(client: pg.Client) {
    this.#client = client
    this.#connection = (client as unknown as WithConnection).connection
  }

  get socket(): Socket {
    return this.#connection.stream
  }

  onReceiving(received: () => void): void {
    // In front of the reader of the client, which ends the exchange.
    this.socket.prependListener('data', received)
  }

  send({ text, values, prepared, input }: WiredStatement, keepRows: boolean, done: OnResult): void {
    if (input !== undefined) return this.#copy(text, input, done)
    const config = {
      text,
      ...(values.length > 0 ? { values: [...values] } : {}),
      ...(prepared === '' ? {} : { name: prepared }),
      callback: (error: unknown, result: pg.QueryResult | pg.QueryResult[]) => {
        if (error) return this.#failed(error, done)
        const [last = NONE] = [result].flat().slice(-1)
        const read = query instanceof CountedQuery ? query.count : 0
        done(null, { count: read || (last.rowCount ?? 0), rows: keepRows ? last.rows : null })
      },
    }
    const query = keepRows ? new pg.Query(config) : new CountedQuery(config)
    this.#client.query(query)
  }

  #copy(text: string, input: string, done: OnResult): void {
    const stream = this.#client.query(copyFrom(text))
    stream.once('error', (error) => this.#failed(error, done))
    stream.once('finish', () => done(null, { count: stream.rowCount, rows: null }))
    stream.end(input)
  }

  destroy(): void {
    // The socket is the caller's to close; what the client says about it is nobody's.
    this.#client.on('error', () => undefined)
  }

  /** An error is told before the server is ready again: the next statement has to wait for that. */
  #failed(error: unknown, done: OnResult): void {
    const failed = failureOfStatement(error)
    if (!failed.isUsable) return done(failed, NO_RESULT)
    this.#connection.once('readyForQuery', () => done(failed, NO_RESULT))
  }
}

const NONE = { rowCount: 0, rows: [] } as const
