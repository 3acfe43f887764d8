/**
 * One connection to a Redis or Valkey server that reconnects by itself. Calls while the server is away fail soon
 * instead of waiting, and no command is repeated automatically: a line that may have been appended must not be
 * appended twice.
 */
import { once, setMaxListeners } from 'node:events'
import { Redis } from 'ioredis'
import { HarnessError, messageOf } from '../base/errors.ts'
import { shownRedisLocation } from '../base/redis-location.ts'
import { resilient } from '../base/resilience.ts'

/** The time limit of a call, including connecting or reconnecting. */
const CALL_MS_MAX = 2_000
/** The time without a sign of life after which a server counts as dead, and the connection is replaced. */
const SILENT_MS_MAX = 1_500
/** The maximum pause between two attempts to connect, so that a returning server is found soon. */
const RECONNECT_MS_MAX = 500
/** The time that a connection may take to close cleanly. */
const GOODBYE_MS_MAX = 200

/** Connects when it is created; the creator closes it. */
export class RedisConnection {
  readonly #redis: Redis
  readonly #shown: string
  readonly #limit = resilient({ attempts: 1, timeoutMs: CALL_MS_MAX, pauseMs: 0, breaker: null })
  readonly #closing = new AbortController()

  /** @throws HarnessError USAGE when the location is not an address */
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
      // The failure of the client's own attempt would be unhandled and end the process: see `RedisEventBus`.
      autoResubscribe: false,
    })
    // Every call reports its own error; without a listener, the client would print this one to the terminal.
    this.#redis.on('error', () => undefined)
    // Every call in progress listens to both.
    setMaxListeners(0, this.#redis, this.#closing.signal)
  }

  /** The emitter of connection events. */
  get events(): Pick<Redis, 'on'> {
    return this.#redis
  }

  /** Runs one command. A call that timed out may still have taken effect. @throws HarnessError STATE_UNREACHABLE */
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

  /** Closes the connection and all its handles; calls in progress fail. */
  async close(): Promise<void> {
    this.#closing.abort()
    // Between two connections there is none to wait for.
    const isOver = this.#redis.status === 'end' || this.#redis.status === 'reconnecting'
    const ended = isOver ? Promise.resolve() : new Promise((resolve) => this.#redis.once('end', resolve))
    this.#redis.disconnect()
    await ended
  }

  /** Waits for the connection; rejects with the error of the first attempt that fails. */
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

/** Returns the cause; the client's own message about a lost connection is about its settings. */
function troubleOf(error: unknown): string {
  const { name, message } = error as Error
  if (name === 'MaxRetriesPerRequestError' || message.includes('enableOfflineQueue'))
    return 'the connection was lost'
  if (name === 'TaskCancelledError' || name === 'AbortError') return `no answer within ${CALL_MS_MAX} ms`
  return messageOf(error)
}

/** Removes the failed command that the client keeps in its error: for a rejected login, it contains the password. */
function withoutCommand(error: unknown): unknown {
  if (error instanceof Error && 'command' in error) delete error.command
  return error
}
