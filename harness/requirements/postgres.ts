import * as z from 'zod'
import { connectionFailureOf } from '../base/errors.ts'
import { describeUrl, hostsOfUrl, serverUrl } from '../base/server-url.ts'
import type { Written } from '../base/written.ts'
import type { RequirementPlugin } from '../ports/requirement.ts'
import type { RequirementRef, RequirementSettings } from './reference.ts'

const PORT = 5432

const configSchema = z
  .strictObject({
    /** Address with user and database; may be, or hold, a secret. */
    url: serverUrl(['postgres', 'postgresql'], 'postgres://user@127.0.0.1:5432/shop').describe(
      'Address with user and database; may be, or hold, a secret',
    ),
  })
  .describe('A PostgreSQL database')

/** Requires a database that takes the login and answers: `postgresCheck({ url: secret('DATABASE_URL') })`. */
export function postgresCheck(
  config: Written<typeof configSchema>,
  settings: RequirementSettings = {},
): RequirementRef {
  return { plugin: 'postgres', config, ...settings }
}

/** The `postgres` plugin. */
export const postgresPlugin: RequirementPlugin = {
  name: 'postgres',
  summary: 'a PostgreSQL database that takes the login and answers a query',
  configSchema,
  hostsOf: (config) => hostsOfUrl(configSchema.parse(config).url),
  describe: (config) => describeUrl('postgres', configSchema.parse(config).url, PORT),
  async check(config, { limitMs, signal }) {
    const { default: pg } = await import('pg')
    const client = new pg.Client({
      connectionString: configSchema.parse(config).url,
      connectionTimeoutMillis: limitMs,
      query_timeout: limitMs,
    })
    // Whatever is awaited rejects with it; unheard, it would end the process.
    client.on('error', () => undefined)
    const giveUp = () => void client.end().catch(() => undefined)
    signal.addEventListener('abort', giveUp)
    try {
      await client.connect()
      const { rows } = await client.query<{ server_version: string }>('show server_version')
      return `PostgreSQL ${rows[0]?.server_version ?? ''} answers`
    } catch (error) {
      throw new Error(connectionFailureOf(error, 'no answer'), { cause: error })
    } finally {
      signal.removeEventListener('abort', giveUp)
      await client.end().catch(() => undefined)
    }
  },
}
