import * as assert from 'uvu/assert'
import type { VerdictDocument } from '../../harness/model/verdict.ts'
import { inWorkplace } from '../kit/cli.ts'
import { hasMysql, inMysqlDatabase, MYSQL_HINT, MYSQL_PORT } from '../kit/mysql-server.ts'
import { hasPostgres, inDatabase, POSTGRES_HINT } from '../kit/postgres-server.ts'
import { HAS_REDIS, REDIS_HINT, withRedis } from '../kit/redis-server.ts'
import { describe } from '../kit/suite.ts'

const hasServer = { postgres: await hasPostgres(), mysql: await hasMysql() }
const LOAD = 'workload: { pattern: constant-rate, rate: 40/s, duration: 3s }'
const stepOf = ({ summary }: VerdictDocument, name: string) => {
  const step = summary?.steps[name]
  if (step === undefined) throw new Error(`no step ${name}: ${Object.keys(summary?.steps ?? {})}`)
  return step
}

/** The verdict of a scenario of some lines. */
async function verdictOf(...lines: readonly string[]): Promise<VerdictDocument> {
  let seen: VerdictDocument | null = null
  await inWorkplace(async (place) => {
    place.write('scenario.yaml', ['name: database', ...lines].join('\n'))
    const { verdict } = await place.verdictOf('scenario.yaml', '--seed', '7')
    seen = verdict
  })
  return seen as unknown as VerdictDocument
}

describe('A run against a database', (test) => {
  if (HAS_REDIS)
    test('redis: has hits, misses and the time of each command, with keys by law', () =>
      withRedis(async ({ url }) => {
        const verdict = await verdictOf(
          `target: { plugin: redis, config: { url: "${url}" } }`,
          'connections: 2',
          LOAD,
          'data: { key: { generate: { id: { law: uniform, max: 3 } } } }',
          'journeys:',
          '  cache:',
          '    steps:',
          '      - request: { command: [GET, "k:{{key.id}}"] }',
          '        step: get',
          '      - request: { pipeline: [[SET, "k:{{key.id}}", x], [GET, "k:{{key.id}}"]] }',
          '        step: put',
          '        expect: { count: { min: 2, max: 2 } }',
        )
        const { measures: get } = stepOf(verdict, 'get')
        const { measures: put, ok } = stepOf(verdict, 'put')
        const hits = get?.['hits']?.total ?? 0
        const misses = get?.['misses']?.total ?? 0
        assert.is(hits + misses, stepOf(verdict, 'get').ok)
        assert.ok(misses >= 3 && hits > misses)
        assert.is(put?.['command_time']?.count, 2 * ok)
      }))
  else test.skip('redis: has hits, misses and the time of each command', REDIS_HINT)

  if (hasServer.postgres)
    test('postgres: has rows, transactions and a time for each statement', () =>
      inDatabase(async (url) => {
        const verdict = await verdictOf(
          `target: { plugin: postgres, config: { url: "${url}" } }`,
          LOAD,
          'journeys:',
          '  read:',
          '    steps:',
          '      - request: { query: "select generate_series(1, 5)", rows: count }',
          '        step: five',
          '      - request: { transaction: [{ name: a, query: select 1 }, { name: b, query: select 2 }] }',
          '        step: both',
        )
        const five = stepOf(verdict, 'five')
        const both = stepOf(verdict, 'both')
        assert.is(five.measures?.['rows']?.p50, 5)
        assert.is(both.measures?.['transactions']?.total, both.ok)
      }))
  else test.skip('postgres: has rows, transactions and a time for each statement', POSTGRES_HINT)

  if (hasServer.mysql)
    test('mysql: takes as long as the server sleeps', () =>
      inMysqlDatabase(async (name) => {
        const verdict = await verdictOf(
          `target: { plugin: mysql, config: { url: "mysql://root@127.0.0.1:${MYSQL_PORT}/${name}" } }`,
          LOAD,
          'journeys: { sleep: { steps: [ { request: { query: select sleep(0.02) }, step: sleep } ] } }',
        )
        const sleep = stepOf(verdict, 'sleep')
        assert.ok(sleep.ok > 0)
        assert.ok((sleep.responseTimeMs?.p50 ?? 0) >= 20)
      }))
  else test.skip('mysql: takes as long as the server sleeps', MYSQL_HINT)
})
