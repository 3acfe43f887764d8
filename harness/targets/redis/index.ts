/** Redis and Valkey servers. */
import { hostsOfUrl } from '../../base/server-url.ts'
import type { DriverContext, TargetDriver } from '../../ports/target.ts'
import type { TargetPlugin } from '../../ports/target-plugin.ts'
import { probeServer } from '../probe-server.ts'
import { addressOf, shownAddress } from '../server-config.ts'
import {
  REDIS_PORT,
  type RedisConfig,
  type RedisRequest,
  redisConfigSchema,
  redisRequestSchema,
} from './schema.ts'
import { redisStatus } from './status.ts'
import { nameOfRedisRequest } from './work.ts'

/** The `redis` plugin. */
export const redisPlugin: TargetPlugin = {
  name: 'redis',
  configSchema: redisConfigSchema,
  requestSchema: redisRequestSchema,
  status: redisStatus,
  connectionsOf: () => 'several',
  atUrl: (url) => (/^rediss?:/i.test(url) ? { url } : null),
  nameOf: (request) => nameOfRedisRequest(request as RedisRequest),
  hostsOf: (config) => hostsOfUrl((config as RedisConfig).url),
  channelOf(config) {
    const { consume } = config as RedisConfig
    if (consume === undefined) return null
    return { mode: consume.stream === undefined ? 'each' : 'once', subscribers: consume.members }
  },
  async provision(config, context) {
    const { provisionRedis } = await import('./provision.ts')
    return provisionRedis(config as RedisConfig, context)
  },
  probe: (config, clock) =>
    probeServer({
      server: `redis ${shownAddress(addressOf(config as RedisConfig, {}, REDIS_PORT))}`,
      createDriver: (context) => createDriver(config as RedisConfig, context),
      request: { command: ['PING'] },
      clock,
    }),
  createDriver: (config, context) => createDriver(config as RedisConfig, context),
}

async function createDriver(config: RedisConfig, context: DriverContext): Promise<TargetDriver> {
  const [{ RedisProtocol }, { SessionDriver }] = await Promise.all([
    import('./protocol.ts'),
    import('../session-driver.ts'),
  ])
  return new SessionDriver(new RedisProtocol(config, context), context)
}
