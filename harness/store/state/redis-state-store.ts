/** State on a Redis or Valkey server, shared by everything that reaches it. Every method is one command or one script: atomic. */
import type { Redis } from 'ioredis'
import type { Expiry, StateStore } from '../../ports/state-store.ts'
import { RedisConnection } from '../../system/redis-connection.ts'

/** Distinguishes a missing expected or next value from any text, because any text may be a value. */
const COMPARE_AND_SET = `
local current = redis.call('GET', KEYS[1])
local isExpected, expected, isNext, next, ttlMs = ARGV[1] == '1', ARGV[2], ARGV[3] == '1', ARGV[4], ARGV[5]
if isExpected then
  if current ~= expected then return 0 end
elseif current then
  return 0
end
if not isNext then redis.call('DEL', KEYS[1])
elseif ttlMs == '' then redis.call('SET', KEYS[1], next)
else redis.call('SET', KEYS[1], next, 'PX', ttlMs) end
return 1`

/** Connects when it is made; calls fail while the server is away and work again when it is back. */
export class RedisStateStore implements StateStore {
  readonly #connection: RedisConnection

  /** @throws HarnessError USAGE when the location is no address */
  constructor(location: string) {
    this.#connection = new RedisConnection(location)
  }

  get(key: string): Promise<string | null> {
    return this.#connection.ask((redis) => redis.get(valueKey(key)))
  }

  async set(key: string, value: string, expiry?: Expiry): Promise<void> {
    const ttl = ttlOf(expiry)
    await this.#connection.ask((redis) =>
      ttl === '' ? redis.set(valueKey(key), value) : redis.set(valueKey(key), value, 'PX', ttl),
    )
  }

  setIfAbsent(key: string, value: string, expiry?: Expiry): Promise<boolean> {
    return this.compareAndSet(key, null, value, expiry)
  }

  async compareAndSet(
    key: string,
    expected: string | null,
    next: string | null,
    expiry?: Expiry,
  ): Promise<boolean> {
    const args = [...optional(expected), ...optional(next), ttlOf(expiry)]
    const run = (redis: Redis) => redis.eval(COMPARE_AND_SET, 1, valueKey(key), ...args)
    return (await this.#connection.ask(run)) === 1
  }

  async delete(key: string): Promise<void> {
    await this.#connection.ask((redis) => redis.del(valueKey(key), listKey(key)))
  }

  async append(key: string, line: string): Promise<void> {
    await this.#connection.ask((redis) => redis.rpush(listKey(key), line))
  }

  lines(key: string): Promise<readonly string[]> {
    return this.#connection.ask((redis) => redis.lrange(listKey(key), 0, -1))
  }

  close(): Promise<void> {
    return this.#connection.close()
  }
}

function valueKey(key: string): string {
  return `proofload:value:${key}`
}

function listKey(key: string): string {
  return `proofload:list:${key}`
}

function optional(value: string | null): readonly [string, string] {
  return value === null ? ['0', ''] : ['1', value]
}

/** Whole milliseconds as the server takes them, at least one; empty for never. */
function ttlOf(expiry: Expiry | undefined): string {
  const ttlMs = expiry?.ttlMs ?? null
  return ttlMs === null ? '' : String(Math.max(1, Math.ceil(ttlMs)))
}
