/** One connection of ioredis: its queues, retries and reconnects are off, so that what is measured is the server. */
import type { Socket } from 'node:net'
import { Command, Redis } from 'ioredis'
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { MEASURES } from '../../model/measures.ts'
import type { Exchange } from '../../ports/target.ts'
import { type Failure, failureOf } from '../failure.ts'
import type { ServerAddress } from '../server-config.ts'
import { type Opening, type Session, SessionRefused, type Turn } from '../session.ts'
import { type Reply, takeReplies } from './replies.ts'
import { kindOfStatus, statusOfReply } from './status.ts'
import type { RedisWork, Wired } from './work.ts'

/** Opens a connection, logs in and chooses the database. Rejects with SessionRefused. */
export async function openRedis(
  address: ServerAddress,
  clock: Clock,
  { signal, onLost }: Opening,
): Promise<Session> {
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
  return new RedisSession(redis, clock, onLost)
}

function clientOf({ host, port, tls }: ServerAddress): Redis {
  return new Redis({
    host,
    port,
    ...(tls === null ? {} : { tls }),
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
const CLOSED = 'Connection is closed.'

class RedisSession implements Session {
  readonly #redis: Redis
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #onLost: (failure: Failure) => void
  #turn: Turn | null = null
  #exchange: Exchange | null = null
  #isOver = false

  constructor(redis: Redis, clock: Clock, onLost: (failure: Failure) => void) {
    this.#redis = redis
    this.#socket = redis.stream as Socket
    this.#clock = clock
    this.#onLost = onLost
    let failed: unknown = null
    redis.on('error', (error: unknown) => {
      failed ??= error
      if (/queue state/.test(messageOf(error)))
        this.#lose({ kind: 'protocol', text: 'a reply that nobody had asked for' })
    })
    redis.once('end', () =>
      this.#lose(
        failed === null
          ? { kind: 'reset', text: 'the server closed the connection' }
          : failureOf(failed, 'open'),
      ),
    )
    // In front of the reader of the client, which ends the exchange.
    this.#socket.prependListener('data', (chunk: Buffer) => {
      if (this.#exchange === null) return
      this.#exchange.bytesReceived += chunk.length
      this.#turn?.firstByte()
    })
  }

  get isOpen(): boolean {
    return this.#socket.writable && !this.#isOver
  }

  run(exchange: Exchange, turn: Turn): void {
    const work = exchange.request as RedisWork
    const commands = work.render(exchange.variables)
    this.#turn = turn
    this.#exchange = exchange
    const before = this.#socket.bytesWritten
    turn.sent()
    if (commands.length === 1) this.#sendOne(commands, exchange, turn)
    else this.#sendAll(work, commands, exchange, turn)
    exchange.bytesSent = this.#socket.bytesWritten - before
  }

  destroy(): Promise<void> {
    this.#isOver = true
    this.#turn = null
    this.#exchange = null
    const socket = this.#socket
    if (socket.closed) return Promise.resolve()
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    this.#redis.disconnect()
    socket.destroy()
    return closed
  }

  #sendOne(commands: readonly Wired[], exchange: Exchange, turn: Turn): void {
    const end = (reply: Reply) => {
      if (this.#turn === turn) this.#end(takeReplies(exchange, 'command', commands, [reply]))
    }
    this.#send(commands[0] as Wired, exchange.keepAnswer).then(end, (thrown) =>
      this.#failed(turn, thrown, end),
    )
  }

  #sendAll(work: RedisWork, commands: readonly Wired[], exchange: Exchange, turn: Turn): void {
    const replies: Reply[] = Array(commands.length)
    let left = commands.length
    const socket = this.#socket
    socket.cork()
    for (let i = 0; i < commands.length; i++) {
      const take = (reply: Reply) => {
        if (this.#turn !== turn) return
        replies[i] = reply
        if (work.kind === 'pipeline')
          exchange.measure(MEASURES.command_time, this.#clock.nowMs() - exchange.sentMs)
        if (--left === 0) this.#end(takeReplies(exchange, work.kind, commands, replies))
      }
      this.#send(commands[i] as Wired, exchange.keepAnswer).then(take, (thrown) =>
        this.#failed(turn, thrown, take),
      )
    }
    socket.uncork()
  }

  #send({ name, args }: Wired, keepAnswer: boolean): Promise<unknown> {
    const command = new Command(name, args as string[], { replyEncoding: keepAnswer ? 'utf8' : null })
    return this.#redis.sendCommand(command) as Promise<unknown>
  }

  /** An error reply is a reply; of a connection that has ended, its end tells. */
  #failed(turn: Turn, thrown: unknown, take: (reply: Reply) => void): void {
    if (this.#turn !== turn) return
    if (isErrorReply(thrown)) return take(thrown)
    const text = messageOf(thrown)
    if (text === CLOSED) return
    this.#turn = null
    this.#exchange = null
    turn.end({ kind: 'protocol', text: text.replace(/\. Please report this\.$/, '') }, false)
  }

  #end(failure: Failure | null): void {
    const turn = this.#turn
    this.#turn = null
    this.#exchange = null
    turn?.end(failure, true)
  }

  #lose(failure: Failure): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#turn = null
    this.#exchange = null
    this.#onLost(failure)
  }
}

function isErrorReply(thrown: unknown): thrown is Error {
  return thrown instanceof Error && thrown.name === 'ReplyError'
}
