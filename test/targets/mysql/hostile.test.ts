import { createServer, type Socket } from 'node:net'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import type { DriverContext } from '../../../harness/ports/target.ts'
import { mysqlPlugin } from '../../../harness/targets/mysql/index.ts'
import { withCuttingProxy } from '../../kit/cutting-proxy.ts'
import { freePort } from '../../kit/free-port.ts'
import { hasMysql, inMysqlDatabase, MYSQL_HINT, MYSQL_PORT } from '../../kit/mysql-server.ts'
import { benchAt, type SqlBench, settled } from '../../kit/sql-bench.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

const hasServer = await hasMysql()
const at = (url: string, body: (bench: SqlBench) => Promise<void>, context: Partial<DriverContext> = {}) =>
  benchAt(mysqlPlugin, url, body, context)
/** In a database of its own, with a table. */
const inTable = (body: (bench: SqlBench, url: string) => Promise<void>, context?: Partial<DriverContext>) =>
  inMysqlDatabase((name) => {
    const url = `mysql://root@127.0.0.1:${MYSQL_PORT}/${name}`
    return at(
      url,
      async (bench) => {
        await bench.ask('create table t (a int primary key, b text) engine = innodb')
        await bench.ask("insert into t values (1, 'one'), (2, 'two')")
        await body(bench, url)
      },
      context,
    )
  })
/** A server that only greets as it is told. */
async function withGreeter(greet: string | null, body: (url: string) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    if (greet === null) socket.end()
    else if (greet !== '') socket.write(greet, 'latin1')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  try {
    await body(`mysql://root@127.0.0.1:${typeof address === 'object' ? address?.port : 0}`)
  } finally {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}

describe('A server that is no MySQL', (test) => {
  test('refuses connections: they fail at once, without a queue', async () => {
    const port = await freePort()
    await at(`mysql://root@127.0.0.1:${port}`, async ({ ask }) =>
      assert.is((await ask('select 1')).kind, 'refused'),
    )
  })

  test('closes connections resets them', () =>
    withGreeter(null, (url) => at(url, async ({ ask }) => assert.is((await ask('select 1')).kind, 'reset'))))

  test('says nothing is given up while connecting', () =>
    withGreeter('', (url) =>
      at(url, async ({ ask }) => {
        const { kind, sentMs } = await ask('select 1', { timeouts: { connectMs: 60 } })
        assert.equal([kind, sentMs], ['timeout-connect', 0])
      }),
    ))

  test('talks garbage ends in a failure of connecting, whatever it says', () =>
    withGreeter('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n', (url) =>
      at(url, async ({ ask }) => {
        const { kind } = await ask('select 1', { timeouts: { connectMs: 200 } })
        assert.ok(['protocol', 'connect', 'reset', 'timeout-connect'].includes(kind), kind)
      }),
    ))

  test('has too many connections is unavailable', () =>
    withGreeter('\x17\x00\x00\x00\xff\x10\x04Too many connections', (url) =>
      at(url, async ({ ask, statusOf }) => {
        const refused = await ask('select 1')
        assert.equal([refused.kind, statusOf(refused)], ['unavailable', 'error 1040'])
      }),
    ))
})

describe('MySQL', (declare) => {
  const test = hasServer ? declare : (title: string) => declare.skip(title, MYSQL_HINT)

  test('tells a wrong statement by its number, over a connection that stays', () =>
    inTable(async ({ ask, statusOf }) => {
      const wrong = await ask('selct 1')
      assert.equal([wrong.kind, statusOf(wrong)], ['none', 'error 1064'])
      assert.equal([(await ask('select 1')).kind, (await ask('select 1')).connectMs], ['none', 0])
    }))

  test('tells what a constraint refuses, and an unknown database and user', () =>
    inTable(async ({ ask, statusOf }, url) => {
      assert.is(statusOf(await ask("insert into t values (1, 'again')")), 'error 1062')
      await at(url.replace(/\/[^/]*$/, '/proofload_nowhere'), async (nowhere) => {
        const { kind, status } = await nowhere.ask('select 1')
        assert.equal([kind, status], ['connect', 1049])
      })
      await at(url.replace('root@', 'nobody@'), async (nobody) =>
        assert.is((await nobody.ask('select 1')).kind, 'auth'),
      )
    }))

  test('keeps rows for whoever asks, and only counts them otherwise', () =>
    inTable(async ({ ask }) => {
      const request = { query: 'select * from t where a > ? order by a', values: ['{{low}}'] }
      const kept = await ask(request, { variables: { low: '0' } })
      assert.equal(JSON.parse(kept.text), {
        rowCount: 2,
        rows: [
          { a: 1, b: 'one' },
          { a: 2, b: 'two' },
        ],
      })
      const dropped = await ask('select * from t', { keepAnswer: false })
      assert.equal([dropped.body, dropped.items, dropped.measured], [null, 2, [['rows', 2]]])
      assert.is((await ask({ query: 'select * from t', rows: 'count' })).text, '{"rowCount":2}')
      assert.is((await ask("update t set b = 'x'")).items, 2)
    }))

  test('takes values as they are, in text and prepared', () =>
    inTable(async ({ ask }) => {
      const evil = `'; drop table t; -- "\\`
      for (const prepare of [false, true])
        assert.equal(JSON.parse((await ask({ query: 'select ? as v', values: [evil], prepare })).text).rows, [
          { v: evil },
        ])
      assert.is((await ask('select * from t')).items, 2)
    }))

  test('prepares a statement once a connection', () =>
    inTable(async ({ ask }) => {
      const request = { query: 'select a from t where a = ?', values: ['{{x}}'], prepare: true }
      const sent: number[] = []
      for (const x of ['1', '2']) sent.push((await ask(request, { variables: { x } })).bytesSent)
      assert.ok((sent[1] ?? 0) < (sent[0] ?? 0), sent.join(' '))
    }))

  test('is sent nothing when a variable is missing', () =>
    inTable(async ({ ask }) => {
      const { kind, sentMs } = await ask({ query: 'select ?', values: ['{{nobody}}'] })
      assert.equal([kind, sentMs], ['code', 0])
      assert.is((await ask('select 1')).kind, 'none')
    }))

  test('commits a transaction with a time for each statement', () =>
    inTable(async ({ ask }) => {
      const { kind, components, measured } = await ask({
        transaction: [{ name: 'add', query: "insert into t values (3, 'x')" }, { query: 'select * from t' }],
        isolation: 'serializable',
      })
      assert.is(kind, 'none')
      assert.equal(
        components.map(([name]) => name),
        ['add', 'statement 2', 'commit'],
      )
      assert.equal(measured, [
        ['transactions', 1],
        ['rows', 4],
      ])
    }))

  test('keeps nothing of a transaction that fails', () =>
    inTable(async ({ ask, statusOf }) => {
      const failed = await ask({
        transaction: [{ query: "insert into t values (9, 'x')" }, { query: 'select nothing' }],
      })
      assert.is(statusOf(failed), 'error 1054')
      assert.is((await ask('select * from t where a = 9')).items, 0)
    }))

  test('breaks a deadlock with a conflict, and the other transaction goes on', () =>
    inTable(async ({ ask }) => {
      const cross = (first: number, second: number) =>
        ask(
          {
            transaction: [
              { query: `update t set b = 'x' where a = ${first}` },
              { query: 'select sleep(0.2)' },
              { query: `update t set b = 'x' where a = ${second}` },
            ],
          },
          { agent: first },
        )
      const kinds = (await Promise.all([cross(1, 2), cross(2, 1)])).map(({ kind }) => kind)
      assert.equal(kinds.sort(), ['conflict', 'none'])
    }))

  test('that gives up waiting for a lock is a conflict', () =>
    inTable(async ({ ask, begin, driver, statusOf }) => {
      const holder = await begin({
        transaction: [{ query: "update t set b = 'x' where a = 1" }, { query: 'select sleep(20)' }],
      })
      await until(
        async () =>
          (await ask('select * from information_schema.innodb_trx where trx_rows_locked > 0', { agent: 1 }))
            .items > 0,
      )
      const waiting = await ask(
        {
          transaction: [
            { query: 'set statement innodb_lock_wait_timeout = 1 for update t set b = 1 where a = 1' },
          ],
        },
        { agent: 1 },
      )
      assert.equal([waiting.kind, statusOf(waiting)], ['conflict', 'error 1205'])
      driver.abort(holder)
      await settled(holder)
    }))

  test('kills a connection in the middle of a statement: unavailable, once, and the next one is new', () =>
    inTable(async ({ ask, begin }) => {
      const sleeping = await begin('select sleep(31)')
      const find = "select id from information_schema.processlist where info = 'select sleep(31)'"
      const found = await until(async () => {
        const seen = await ask(find, { agent: 1 })
        return seen.items === 1 ? seen : null
      })
      await ask(`kill ${JSON.parse(found.text).rows[0].id}`, { agent: 1 })
      const { kind, settledCount } = await settled(sleeping)
      assert.ok(['unavailable', 'reset'].includes(kind), kind)
      assert.is(settledCount, 1)
      assert.is((await ask('select 1')).kind, 'none')
    }))

  test('has idle connections that end replaced, and each counted once', () =>
    withCuttingProxy(MYSQL_PORT, (proxy) =>
      at(
        `mysql://root@127.0.0.1:${proxy.port}`,
        async ({ driver, ask, faults }) => {
          await driver.ready?.()
          await proxy.kill()
          await until(() => faults.length === 3)
          await proxy.start()
          assert.is((await ask('select 1')).kind, 'none')
          assert.equal(faults, ['reset', 'reset', 'reset'])
        },
        { connections: 3 },
      ),
    ))

  test('is given up in time, and its connection with it', () =>
    inTable(async ({ ask, begin, driver }) => {
      assert.is((await ask('select sleep(5)', { timeouts: { totalMs: 60 } })).kind, 'timeout-total')
      const sleeping = await begin('select sleep(5)')
      driver.abort(sleeping)
      assert.is((await settled(sleeping)).kind, 'aborted')
      assert.is((await ask('select 1')).kind, 'none')
    }))

  test('answers with megabytes', () =>
    inTable(async ({ ask }) => {
      const { kind, bytesReceived, items } = await ask("select repeat('x', 1000) from seq_1_to_5000", {
        keepAnswer: false,
      })
      assert.equal([kind, items], ['none', 5_000])
      assert.ok(bytesReceived > 5e6)
    }))

  test('is found by a probe, and its absence is told in a line', async () => {
    const probe = (port: number) =>
      mysqlPlugin.probe({ url: `mysql://root@127.0.0.1:${port}` }, createSystemClock())
    assert.is((await probe(MYSQL_PORT))?.reachable, true)
    assert.match((await probe(await freePort()))?.message ?? '', /^mysql 127\.0\.0\.1:\d+: .*refused/)
  })
})

describe('MySQL requests', (test) => {
  test('that would leave a connection in another state are refused', () => {
    for (const query of ['begin', 'start transaction', 'use shop', 'lock tables t write', 'commit'])
      assert.is(mysqlPlugin.requestSchema.safeParse({ query }).success, false, query)
    assert.is(mysqlPlugin.requestSchema.safeParse({ copyIn: { table: 't', row: [1] } }).success, false)
  })

  test('know error numbers as statuses', () => {
    const { status } = mysqlPlugin
    assert.equal([status.compile(1062)(1062), status.compile(['OK', '1213'])(0)], [true, true])
    assert.is(status.expected.safeParse('deadlock').success, false)
  })
})
