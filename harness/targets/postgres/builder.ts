/** A PostgreSQL target and its steps, as authors write them. */
import type { Written } from '../../base/written.ts'
import type { TargetRef } from '../../ports/target-plugin.ts'
import { sqlSteps } from '../sql/builder.ts'
import type { SqlClient } from '../sql/client.ts'
import { type RequestStep, requestStep, type StepOptions } from '../step.ts'
import type { postgresConfigSchema, postgresRequestSchema } from './schema.ts'

type Copy = NonNullable<Written<typeof postgresRequestSchema>['copyIn']>

/** A PostgreSQL target, and its steps: `postgres({ url })`, `postgres.query('select 1')`. */
export const postgres = Object.assign(
  (config: Written<typeof postgresConfigSchema>): TargetRef<SqlClient> => ({ plugin: 'postgres', config }),
  {
    ...sqlSteps,
    /** Rows by COPY FROM STDIN. */
    copyIn: (copyIn: Copy, options: StepOptions = {}): RequestStep => requestStep({ copyIn }, options),
  },
)
