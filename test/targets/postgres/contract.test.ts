import { postgresPlugin } from '../../../harness/targets/postgres/index.ts'
import { hasPostgres, POSTGRES_HINT, POSTGRES_PORT } from '../../kit/postgres-server.ts'
import { describeSqlTarget } from '../../kit/sql-contract.ts'
import { describe } from '../../kit/suite.ts'

if (await hasPostgres())
  describeSqlTarget({
    plugin: postgresPlugin,
    port: POSTGRES_PORT,
    urlAt: (port) => `postgres://postgres@127.0.0.1:${port}/postgres`,
    sleep: (seconds) => `select pg_sleep(${seconds})`,
  })
else describe('target contract: postgres', (test) => test.skip('every law', POSTGRES_HINT))
