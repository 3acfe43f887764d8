/** Schemas of a MySQL or MariaDB target and its requests, as scenarios write them. */
import * as z from 'zod'
import { serverSettings } from '../server-config.ts'
import { problemOfKeys, type SqlRequest, sqlRequestShape } from '../sql/schema.ts'

export const MYSQL_PORT = 3306

/** Configuration of the `mysql` target. */
export const mysqlConfigSchema = z
  .strictObject(serverSettings(['mysql', 'mariadb'], 'mysql://root@127.0.0.1:3306/shop'))
  .describe('A MySQL or MariaDB database')

/** One request; strings may hold `{{variables}}`. */
export const mysqlRequestSchema = z
  .strictObject(sqlRequestShape)
  .superRefine((request, context) => {
    const problem = problemOfKeys(request, ['query', 'transaction'])
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  })
  .describe('A statement or a transaction')
export type MysqlRequest = SqlRequest
