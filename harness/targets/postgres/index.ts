/** PostgreSQL databases. */
import type { TargetPlugin } from '../../ports/target-plugin.ts'
import { addressOf } from '../server-config.ts'
import { sqlPluginParts } from '../sql/plugin-parts.ts'
import { nameOfPostgres } from './request-name.ts'
import {
  POSTGRES_PORT,
  type PostgresConfig,
  type PostgresRequest,
  postgresConfigSchema,
  postgresRequestSchema,
} from './schema.ts'
import { postgresStatus } from './status.ts'

/** The `postgres` plugin. */
export const postgresPlugin: TargetPlugin = {
  name: 'postgres',
  configSchema: postgresConfigSchema,
  requestSchema: postgresRequestSchema,
  status: postgresStatus,
  atUrl: (url) => (/^postgres(ql)?:/i.test(url) ? { url } : null),
  nameOf: (request) => nameOfPostgres(request as PostgresRequest),
  ...sqlPluginParts('postgres', POSTGRES_PORT, async () =>
    (await import('./database.ts')).postgresDatabase(),
  ),
  async preflight(config, load) {
    const { inspectPostgres } = await import('./preflight.ts')
    return inspectPostgres(addressOf(config as PostgresConfig, {}, POSTGRES_PORT), load)
  },
}
