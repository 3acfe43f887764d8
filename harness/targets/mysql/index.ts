/** MySQL and MariaDB databases. */
import type { TargetPlugin } from '../../ports/target-plugin.ts'
import { sqlPluginParts } from '../sql/plugin-parts.ts'
import { nameOfSql } from '../sql/work.ts'
import { MYSQL_PORT, type MysqlRequest, mysqlConfigSchema, mysqlRequestSchema } from './schema.ts'
import { mysqlStatus } from './status.ts'

/** The `mysql` plugin. */
export const mysqlPlugin: TargetPlugin = {
  name: 'mysql',
  configSchema: mysqlConfigSchema,
  requestSchema: mysqlRequestSchema,
  status: mysqlStatus,
  atUrl: (url) => (/^(mysql|mariadb):/i.test(url) ? { url } : null),
  nameOf: (request) => nameOfSql(request as MysqlRequest),
  ...sqlPluginParts('mysql', MYSQL_PORT, async () => (await import('./database.ts')).mysqlDatabase),
}
