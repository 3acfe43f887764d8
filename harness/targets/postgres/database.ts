import type { MakeTemplate } from '../../base/template.ts'
import type { SqlDatabase } from '../sql/protocol.ts'
import { compileSql, type SqlDialect } from '../sql/work.ts'
import { compileCopy } from './copy.ts'
import { nameOfPostgres } from './request-name.ts'
import { POSTGRES_PORT, type PostgresRequest, postgresRequestSchema } from './schema.ts'
import { openPostgres } from './session.ts'

/** PostgreSQL; one for each driver, which gives statements their names. */
export function postgresDatabase(): SqlDatabase {
  const names = new Map<string, string>()
  const dialect: SqlDialect = {
    begin: (isolation) => [isolation === undefined ? 'begin' : `begin isolation level ${isolation}`],
    nameOf(text) {
      const name = names.get(text) ?? `proofload_${names.size + 1}`
      names.set(text, name)
      return name
    },
  }
  return {
    name: 'postgres',
    port: POSTGRES_PORT,
    compile(written: Readonly<Record<string, unknown>>, step: string, template: MakeTemplate) {
      const request = written as PostgresRequest
      const { copyIn } = request
      return copyIn === undefined
        ? compileSql(request, step, template, dialect)
        : compileCopy(copyIn, step, template)
    },
    parse: (request) => postgresRequestSchema.parse(request),
    nameOf: (request) => nameOfPostgres(request as PostgresRequest),
    open: openPostgres,
  }
}
