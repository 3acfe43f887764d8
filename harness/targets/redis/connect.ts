/** Opens connections of ioredis: its queues, retries and reconnects are off, so that what is measured is the server. */
import { Command, Redis } from 'ioredis'
import { messageOf } from '../../base/errors.ts'
import { failureOf } from '../failure.ts'
import type { ServerAddress } from '../server-config.ts'
import { SessionRefused } from '../session.ts'
import { kindOfStatus, statusOfReply } from './status.ts'
import type { Wired } from './work.ts'

/** Opens a connection, logs in and chooses the database. @param signal fires when it is not wanted any more. Rejects with SessionRefused. */
export async function connectRedis(address: ServerAddress, signal: AbortSignal): Promise<Redis> {
  const redis = clientOf(address)
  let trouble: unknown = null
  redis.on('error', (error: unknown) => {
    trouble ??= error
  })
  const giveUp = () => redis.stream?.destroy()
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    await redis.connect()
    await logIn(redis, address)
  } catch (thrown) {
    redis.disconnect()
    redis.stream?.destroy()
    throw thrown instanceof SessionRefused ? thrown : refusedBy(trouble ?? thrown, address)
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
  return redis
}

function clientOf({ host, port, tls }: ServerAddress): Redis {
  return new Redis({
    host,
    port,
    // To the address, whatever its name.
    ...(tls === null ? {} : { tls: { ...tls, host } }),
    lazyConnect: true,
    protocol: 2,
    disableClientInfo: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    enableAutoPipelining: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    // The deadline of the exchange is the only one.
    connectTimeout: 0,
  })
}

/** By commands of our own: the client turns some refusals into warnings on the terminal. */
async function logIn(redis: Redis, { user, password, database }: ServerAddress): Promise<void> {
  const commands: Wired[] = []
  if (password !== '') commands.push({ name: 'AUTH', args: user === '' ? [password] : [user, password] })
  if (database !== '' && database !== '0') commands.push({ name: 'SELECT', args: [database] })
  for (const { name, args } of commands)
    try {
      await redis.sendCommand(new Command(name, [...args]))
    } catch (thrown) {
      if (!isErrorReply(thrown)) throw thrown
      const { message } = thrown
      const status = statusOfReply(message)
      const kind = name === 'AUTH' ? 'auth' : (kindOfStatus(status) ?? 'connect')
      throw new SessionRefused({ kind, text: `${name}: ${message}` }, status)
    }
}

function refusedBy(thrown: unknown, { tls }: ServerAddress): SessionRefused {
  const failure = failureOf(thrown, 'connecting')
  // A client that says no more than this was hung up on while it shook hands.
  const isClosed = messageOf(thrown) === CLOSED
  if (isClosed) return new SessionRefused({ kind: 'reset', text: 'closed by the server before it was open' })
  const isTls = tls !== null && failure.kind === 'connect'
  return new SessionRefused(isTls ? { ...failure, kind: 'tls' } : failure)
}

/** The client's message for commands that were under way when a connection ended. */
export const CLOSED = 'Connection is closed.'

export function isErrorReply(thrown: unknown): thrown is Error {
  return thrown instanceof Error && thrown.name === 'ReplyError'
}
