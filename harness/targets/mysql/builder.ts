/** A MySQL or MariaDB target and its steps, as authors write them. */
import type { Written } from '../../base/written.ts'
import type { TargetRef } from '../../ports/target-plugin.ts'
import { sqlSteps } from '../sql/builder.ts'
import type { SqlClient } from '../sql/client.ts'
import type { mysqlConfigSchema } from './schema.ts'

/** A MySQL or MariaDB target, and its steps: `mysql({ url })`, `mysql.query('select 1')`. */
export const mysql = Object.assign(
  (config: Written<typeof mysqlConfigSchema>): TargetRef<SqlClient> => ({ plugin: 'mysql', config }),
  sqlSteps,
)
