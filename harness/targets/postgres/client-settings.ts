import type { ClientConfig } from 'pg'
import type { ServerAddress } from '../server-config.ts'

/** Returns the settings by which pg logs in at an address. */
export function clientSettings({ host, port, user, password, database, tls }: ServerAddress): ClientConfig {
  return {
    host,
    port,
    user: user === '' ? 'postgres' : user,
    database: database === '' ? user || 'postgres' : database,
    // A function: text that is empty would be replaced by PGPASSWORD of whoever runs this.
    password: () => password,
    ssl: tls ?? false,
  }
}
