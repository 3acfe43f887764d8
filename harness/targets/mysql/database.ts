import type { SqlDatabase } from '../sql/protocol.ts'
import { compileSql, nameOfSql, type SqlDialect } from '../sql/work.ts'
import { MYSQL_PORT, type MysqlRequest, mysqlRequestSchema } from './schema.ts'
import { openMysql } from './session.ts'

const DIALECT: SqlDialect = {
  begin: (isolation) => [
    ...(isolation === undefined ? [] : [`set transaction isolation level ${isolation}`]),
    'start transaction',
  ],
  // The client prepares by text.
  nameOf: (text) => text,
}

/** MySQL and MariaDB. */
export const mysqlDatabase: SqlDatabase = {
  name: 'mysql',
  port: MYSQL_PORT,
  compile: (request, step, template) => compileSql(request as MysqlRequest, step, template, DIALECT),
  parse: (request) => mysqlRequestSchema.parse(request),
  nameOf: (request) => nameOfSql(request as MysqlRequest),
  open: openMysql,
}
