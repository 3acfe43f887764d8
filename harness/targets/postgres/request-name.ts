import { nameOfSql } from '../sql/work.ts'
import type { PostgresRequest } from './schema.ts'

/** Makes the name of a request that was given none. */
export function nameOfPostgres(request: PostgresRequest): string {
  return request.copyIn === undefined ? nameOfSql(request) : `copy ${request.copyIn.table}`
}
