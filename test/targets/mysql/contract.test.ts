import { mysqlPlugin } from '../../../harness/targets/mysql/index.ts'
import { hasMysql, MYSQL_HINT, MYSQL_PORT } from '../../kit/mysql-server.ts'
import { describeSqlTarget } from '../../kit/sql-contract.ts'
import { describe } from '../../kit/suite.ts'

if (await hasMysql())
  describeSqlTarget({
    plugin: mysqlPlugin,
    port: MYSQL_PORT,
    urlAt: (port) => `mysql://root@127.0.0.1:${port}`,
    sleep: (seconds) => `select sleep(${seconds})`,
  })
else describe('target contract: mysql', (test) => test.skip('every law', MYSQL_HINT))
