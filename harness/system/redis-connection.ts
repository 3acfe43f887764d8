/**
 * One connection to a Redis or Valkey server that comes back by itself. What is asked while the server is away fails soon
 * instead of waiting for it, and nothing is sent again behind the caller's back: an increment that may have happened must
 * not happen twice.
 */
import { once, setMaxListeners } from 'node:events'
import { Redis } from 'ioredis'
import { HarnessError, messageOf } from '../base/errors.ts'
import { shownRedisLocation } from '../base/redis-location.ts'
import { resilient } from '../base/resilience.ts'

/** Connecting, or waiting for the connection to come back, and the answer. */
const CALL_MS_MAX = 2_000
/** A server that says nothing for so long is taken for dead, and the connection is made anew. */
const SILENT_MS_MAX = 1_500
/** Between two attempts to connect, so that a server that is back is seen soon. */
const RECONNECT_MS_MAX = 500
/** For a connection to end politely when it is closed. */
const GOODBYE_MS_MAX = 200

/** Connects when it is made; who made it closes it. */
export class RedisConnection {
  readonly #redis: Redis
  readonly #shown: string
  readonly #limit = resilient({ attempts: 1, timeoutMs: CALL_MS_MAX, pauseMs: 0, breaker: null })
  readonly #closing = new AbortController()

  /** @throws HarnessError USAGE when the location is no address */
  constructor(location: string) {
    this.#shown = shownRedisLocation(location)
    this.#redis = new Redis(location, {
      connectTimeout: SILENT_MS_MAX,
      socketTimeout: SILENT_MS_MAX,
      disconnectTimeout: GOODBYE_MS_MAX,
      retryStrategy: (times) => Math.min(50 * times, RECONNECT_MS_MAX),
      // The next two: a call fails at once when the connection does, and nothing waits for the next one.
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      // Nobody would hear the failure of the client's own attempt, and that ends a process: see `RedisEventBus`.
      autoResubscribe: false,
    })
    // Every call says by itself what is wrong; unheard, the client would write it to the terminal.
    this.#redis.on('error', () => undefined)
    // Every call that is under way listens to both.
    setMaxListeners(0, this.#redis, this.#closing.signal)
  }

  /** For events of the connection. */
  get events(): Pick<Redis, 'on'> {
    return this.#redis
  }

  /** Asks the server one thing. What timed out may have happened all the same. @throws HarnessError STATE_UNREACHABLE */
  async ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
    try {
      return await this.#limit.execute(async ({ signal }) => {
        await this.#ready(signal)
        return await question(this.#redis)
      }, this.#closing.signal)
    } catch (error) {
      throw this.#unreachable(error)
    }
  }

  /** Leaves no handle behind; calls that are under way fail. */
  async close(): Promise<void> {
    this.#closing.abort()
    // Between two connections there is none to wait for.
    const isOver = this.#redis.status === 'end' || this.#redis.status === 'reconnecting'
    const ended = isOver ? Promise.resolve() : new Promise((resolve) => this.#redis.once('end', resolve))
    this.#redis.disconnect()
    await ended
  }

  /** Rejects with the trouble of the first attempt that fails. */
  async #ready(signal: AbortSignal): Promise<void> {
    if (this.#redis.status !== 'ready') await once(this.#redis, 'ready', { signal })
  }

  #unreachable(error: unknown): HarnessError {
    const trouble = this.#closing.signal.aborted ? 'the connection was closed' : troubleOf(error)
    return new HarnessError('STATE_UNREACHABLE', `${this.#shown} cannot be used: ${trouble}`, {
      cause: withoutCommand(error),
      hint: 'Start the server, or check its address, user and password: redis://user:password@host:6379/0',
    })
  }
}

/** What the client says of a lost connection is about its settings. */
function troubleOf(error: unknown): string {
  const { name, message } = error as Error
  if (name === 'MaxRetriesPerRequestError' || message.includes('enableOfflineQueue'))
    return 'the connection was lost'
  if (name === 'TaskCancelledError' || name === 'AbortError') return `no answer within ${CALL_MS_MAX} ms`
  return messageOf(error)
}

/** The client keeps the failed command in its error: of a refused login, that is the password. */
function withoutCommand(error: unknown): unknown {
  if (error instanceof Error && 'command' in error) delete error.command
  return error
}
