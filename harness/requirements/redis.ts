import * as z from 'zod'
import { HarnessError } from '../base/errors.ts'
import { describeUrl, hostsOfUrl, serverUrl } from '../base/server-url.ts'
import type { Written } from '../base/written.ts'
import type { RequirementPlugin } from '../ports/requirement.ts'
import type { RequirementRef, RequirementSettings } from './reference.ts'

const PORT = 6379

const configSchema = z
  .strictObject({
    /** Address with user and password if it needs them; may be, or hold, a secret. */
    url: serverUrl(['redis', 'rediss'], 'redis://127.0.0.1:6379').describe(
      'Address with user and password if it needs them; may be, or hold, a secret',
    ),
  })
  .describe('A Redis or Valkey server')

/** Requires a server that takes the login and answers: `redisCheck({ url: 'redis://127.0.0.1:6379' })`. */
export function redisCheck(
  config: Written<typeof configSchema>,
  settings: RequirementSettings = {},
): RequirementRef {
  return { plugin: 'redis', config, ...settings }
}

/** The `redis` plugin. */
export const redisPlugin: RequirementPlugin = {
  name: 'redis',
  summary: 'a Redis or Valkey server that takes the login and answers PING',
  configSchema,
  hostsOf: (config) => hostsOfUrl(configSchema.parse(config).url),
  describe: (config) => describeUrl('redis', configSchema.parse(config).url, PORT),
  async check(config, { signal }) {
    const { RedisConnection } = await import('../system/redis-connection.ts')
    const connection = new RedisConnection(configSchema.parse(config).url)
    const giveUp = () => void connection.close()
    signal.addEventListener('abort', giveUp)
    try {
      await connection.ask((redis) => redis.ping())
      return 'answers PING'
    } catch (error) {
      // The connection wraps what went wrong with its address, which stands beside it already.
      if (error instanceof HarnessError) throw new Error(error.message.replace(/^.* cannot be used: /, ''))
      throw error
    } finally {
      signal.removeEventListener('abort', giveUp)
      await connection.close()
    }
  },
}
