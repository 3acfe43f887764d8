import { hostsOfUrl } from '../../base/server-url.ts'
import type { DriverContext, TargetDriver } from '../../ports/target.ts'
import type { TargetPlugin } from '../../ports/target-plugin.ts'
import { probeServer } from '../probe-server.ts'
import { addressOf, type ServerSettings, shownAddress } from '../server-config.ts'
import type { SqlDatabase } from './protocol.ts'

/** Servers allow some hundred connections, and keep a process or a thread for each. */
const POOL = 10

/** The parts of a plugin that all SQL databases have in common. */
export type SqlPluginParts = Pick<
  TargetPlugin,
  'pool' | 'connectionsOf' | 'hostsOf' | 'probe' | 'createDriver'
>

/**
 * Creates the parts. @param port where the URL names none @param loadDatabase imports the database with its client library, and makes
 * one for a driver
 */
export function sqlPluginParts(
  name: string,
  port: number,
  loadDatabase: () => Promise<SqlDatabase>,
): SqlPluginParts {
  const createDriver = async (
    config: Readonly<Record<string, unknown>>,
    context: DriverContext,
  ): Promise<TargetDriver> => {
    const [database, { SqlProtocol }, { SessionDriver }] = await Promise.all([
      loadDatabase(),
      import('./protocol.ts'),
      import('../session-driver.ts'),
    ])
    return new SessionDriver(new SqlProtocol(database, settingsOf(config), context), context)
  }
  return {
    pool: POOL,
    connectionsOf: () => 'several',
    hostsOf: (config) => hostsOfUrl(settingsOf(config).url),
    probe: (config, clock) =>
      probeServer({
        server: `${name} ${shownAddress(addressOf(settingsOf(config), {}, port))}`,
        createDriver: (context) => createDriver(config, context),
        request: { query: 'select 1' },
        clock,
      }),
    createDriver,
  }
}

/** The schema of each SQL plugin has these settings. */
function settingsOf(config: Readonly<Record<string, unknown>>): ServerSettings {
  return config as unknown as ServerSettings
}
