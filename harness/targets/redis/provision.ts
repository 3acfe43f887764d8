/** The group of a stream that the consumers of a run share: made before its load, removed after it. */
import { Command, type Redis } from 'ioredis'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { resilient } from '../../base/resilience.ts'
import type { ProvisionContext, Provisioned } from '../../ports/target-plugin.ts'
import { addressOf, shownAddress } from '../server-config.ts'
import { connectRedis } from './connect.ts'
import { makeGroup } from './consumers.ts'
import { REDIS_PORT, type RedisConfig } from './schema.ts'

const LIMIT = resilient({ attempts: 1, timeoutMs: 5000, pauseMs: 0, breaker: null })

/** @throws HarnessError TARGET_UNREACHABLE */
export async function provisionRedis(
  config: RedisConfig,
  { secrets, runId }: ProvisionContext,
): Promise<Provisioned> {
  const stream = config.consume?.stream
  if (stream === undefined) return { value: {}, release: () => Promise.resolve() }
  const address = () => addressOf(config, secrets, REDIS_PORT)
  const withServer = <T>(body: (redis: Redis) => Promise<T>) =>
    LIMIT.execute(async ({ signal }) => {
      const redis = await connectRedis(address(), signal)
      try {
        return await body(redis)
      } finally {
        redis.disconnect()
      }
    })
  const group = `proofload-${runId}`
  try {
    const wasThere = await withServer(async (redis) => {
      const found = await redis.sendCommand(new Command('exists', [stream]))
      await makeGroup(redis, stream, group, '$')
      return found === 1
    })
    const undo = wasThere ? new Command('xgroup', ['DESTROY', stream, group]) : new Command('del', [stream])
    let isReleased = false
    return {
      value: { group },
      async release() {
        if (isReleased) return
        isReleased = true
        await withServer(async (redis) => redis.sendCommand(undo)).catch((error) => {
          if (!isGone(error)) throw error
        })
      },
    }
  } catch (cause) {
    throw new HarnessError('TARGET_UNREACHABLE', `redis ${shownAddress(address())}: ${messageOf(cause)}`, {
      cause,
      hint: 'Start the server, or name a stream that is one and may be written.',
    })
  }
}

/** The server has lost its memory meanwhile. */
function isGone(error: unknown): boolean {
  return /requires the key to exist|no such key/i.test(messageOf(error))
}
