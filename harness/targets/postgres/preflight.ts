/** A look at the limits of a PostgreSQL server before the load. */
import pg from 'pg'
import { connectionFailureOf } from '../../base/errors.ts'
import { formatAmount } from '../../base/units.ts'
import type { PlannedUse, TargetFinding } from '../../ports/target-plugin.ts'
import type { ServerAddress } from '../server-config.ts'
import { clientSettings } from './client-settings.ts'

const LIMIT_MS = 5_000
const QUESTION = `select current_setting('server_version') as version,
  current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as limit,
  (select count(*)::int from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()) as used`

/** Compares the connections that the server has left with those of the load. Never throws. */
export async function inspectPostgres(
  address: ServerAddress,
  { agents, connections }: PlannedUse,
): Promise<readonly TargetFinding[]> {
  const client = new pg.Client({
    ...clientSettings(address),
    connectionTimeoutMillis: LIMIT_MS,
    query_timeout: LIMIT_MS,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string; limit: number; used: number }>(QUESTION)
    const [seen] = rows
    return seen === undefined ? [] : [findingOf(seen, connections ?? agents)]
  } catch (error) {
    const message = `its limits could not be read: ${connectionFailureOf(error, 'no answer')}`
    return [{ level: 'advice', message, hint: 'Let the user read pg_stat_activity.' }]
  } finally {
    await client.end().catch(() => undefined)
  }
}

function findingOf(
  { version, limit, used }: { version: string; limit: number; used: number },
  needed: number,
): TargetFinding {
  const left = limit - used
  const message = `PostgreSQL ${version} has ${formatAmount(left, 'connection')} left of ${limit}, and the load uses ${needed}`
  if (left >= needed) return { level: 'ok', message }
  return { level: 'blocked', message, hint: 'Raise max_connections, or give the target fewer connections.' }
}
