/** One connection of mysql2. Its own queue is never used: a statement is sent when the server is ready for it. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { type Connection, createConnection } from 'mysql2'
import { messageOf, systemCodeOf } from '../../base/errors.ts'
import type { DriverContext } from '../../ports/target.ts'
import { type Failure, failureOf } from '../failure.ts'
import type { ServerAddress } from '../server-config.ts'
import { type Opening, type Session, SessionRefused } from '../session.ts'
import { NO_RESULT, type OnResult, type SqlFailure, SqlSession, type SqlWire } from '../sql/session.ts'
import type { WiredStatement } from '../sql/work.ts'
import { kindOfErrno } from './status.ts'

/** Statements that a connection keeps prepared. */
const PREPARED_MAX = 1_000
/** Numbers from here on are the client's own. */
const CLIENT_ERRNO = 2000
/** After these the server has closed the connection, or is about to. */
const FATAL: ReadonlySet<number> = new Set([1053, 1927])

/** The parts of a connection that its types leave out. */
interface WithStream {
  /** `_host` is where Node finds the name that a certificate has to be for, which the client tells it of names alone. */
  readonly stream: Socket & { _host?: string }
  handlePacket(packet: unknown): void
}

/** Opens a connection and logs in. Rejects with SessionRefused. */
export async function openMysql(
  { host, port, user, password, database, tls }: ServerAddress,
  { clock }: DriverContext,
  { signal, onLost }: Opening,
): Promise<Session> {
  const connection = createConnection({
    host,
    port,
    user: user === '' ? 'root' : user,
    password,
    ...(database === '' ? {} : { database }),
    ...(tls === null ? {} : { ssl: { ...tls, verifyIdentity: tls.rejectUnauthorized } }),
    // The deadline of the exchange is the only one.
    connectTimeout: 0,
    maxPreparedStatements: PREPARED_MAX,
    dateStrings: true,
    supportBigNumbers: true,
  })
  const { stream } = connection as unknown as WithStream
  if (tls !== null) stream._host = tls.host
  const giveUp = () => {
    connection.destroy()
    stream.destroy()
  }
  signal.addEventListener('abort', giveUp, { once: true })
  let session: SqlSession | null = null
  connection.on('error', (error) => session?.lost(lossOf(error)))
  try {
    await once(connection, 'connect')
  } catch (thrown) {
    giveUp()
    throw refusedBy(thrown, tls !== null)
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
  session = new SqlSession(new MysqlWire(connection), clock, onLost)
  stream.once('close', () => session?.lost({ kind: 'reset', text: 'the server closed the connection' }))
  return session
}

function errnoOf(error: unknown): number {
  const errno = (error as { errno?: unknown } | null)?.errno
  return typeof errno === 'number' && errno > 0 ? errno : 0
}

function refusedBy(thrown: unknown, isTls: boolean): SessionRefused {
  const errno = errnoOf(thrown)
  if (errno > 0) {
    const { status, text, failure } = failureOfStatement(thrown)
    return new SessionRefused(failure ?? { kind: 'connect', text }, status)
  }
  const text = messageOf(thrown)
  const code = systemCodeOf(thrown) ?? ''
  if (code.startsWith('HANDSHAKE')) return new SessionRefused({ kind: 'tls', text })
  if (code.startsWith('PROTOCOL_CONNECTION_LOST')) return new SessionRefused({ kind: 'reset', text })
  const failure = failureOf(thrown, 'connecting')
  const isHandshake = isTls && failure.kind === 'connect'
  return new SessionRefused(isHandshake ? { ...failure, kind: 'tls' } : failure)
}

function lossOf(error: unknown): Failure {
  if (systemCodeOf(error) === 'PROTOCOL_CONNECTION_LOST')
    return { kind: 'reset', text: 'the server closed the connection' }
  const errno = errnoOf(error)
  if (errno > 0 && errno < CLIENT_ERRNO)
    return { kind: kindOfErrno(errno) ?? 'closed', text: `${errno}: ${messageOf(error)}` }
  return systemCodeOf(error) === undefined
    ? { kind: 'protocol', text: messageOf(error) }
    : failureOf(error, 'open')
}

function failureOfStatement(error: unknown): SqlFailure {
  const errno = errnoOf(error)
  const { fatal = false } = error as { fatal?: boolean }
  if (errno === 0 || errno >= CLIENT_ERRNO) {
    const failure = lossOf(error)
    return { status: 0, text: failure.text, failure, isUsable: false }
  }
  const kind = kindOfErrno(errno)
  const text = `${errno}: ${messageOf(error)}`
  return {
    status: errno,
    text,
    failure: kind === null ? null : { kind, text },
    isUsable: !fatal && !FATAL.has(errno),
  }
}

class MysqlWire implements SqlWire {
  readonly #connection: Connection
  readonly #parts: WithStream

  constructor(connection: Connection) {
    this.#connection = connection
    this.#parts = connection as unknown as WithStream
  }

  get socket(): Socket {
    return this.#parts.stream
  }

  /** By packets: a client that has turned to TLS reads another stream than the one that it shows. */
  onReceiving(received: () => void): void {
    const parts = this.#parts
    const read = parts.handlePacket.bind(parts)
    parts.handlePacket = (packet) => {
      // Called without one when a command begins.
      if (packet !== undefined) received()
      read(packet)
    }
  }

  send({ text, values, prepared }: WiredStatement, keepRows: boolean, done: OnResult): void {
    const options = { sql: text, values: [...values], rowsAsArray: !keepRows }
    const ended = (error: unknown, result: unknown) => {
      if (error) return done(failureOfStatement(error), NO_RESULT)
      if (Array.isArray(result)) return done(null, { count: result.length, rows: keepRows ? result : null })
      const { affectedRows = 0 } = result as { affectedRows?: number }
      done(null, { count: affectedRows, rows: null })
    }
    if (prepared === '') this.#connection.query(options, ended)
    else this.#connection.execute(options, ended)
  }

  destroy(): void {
    this.#connection.destroy()
  }
}
