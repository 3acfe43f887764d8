import { createServer, type Socket } from 'node:net'
import pg from 'pg'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { HarnessError } from '../../../harness/base/errors.ts'
import type { DriverContext } from '../../../harness/ports/target.ts'
import { postgresPlugin } from '../../../harness/targets/postgres/index.ts'
import { withCuttingProxy } from '../../kit/cutting-proxy.ts'
import { withDriver } from '../../kit/drive.ts'
import { freePort } from '../../kit/free-port.ts'
import { hasPostgres, inDatabase, POSTGRES_HINT, POSTGRES_PORT } from '../../kit/postgres-server.ts'
import { benchAt, type SqlBench, settled } from '../../kit/sql-bench.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

const hasServer = await hasPostgres()
const at = (url: string, body: (bench: SqlBench) => Promise<void>, context: Partial<DriverContext> = {}) =>
  benchAt(postgresPlugin, url, body, context)
/** In a database of its own, with a table. */
const inTable = (body: (bench: SqlBench, url: string) => Promise<void>, context?: Partial<DriverContext>) =>
  inDatabase(async (url) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(
      'create table t (a int primary key, b text); insert into t values (1, $$one$$), (2, $$two$$)',
    )
    await client.end()
    await at(url, (bench) => body(bench, url), context)
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
    await body(`postgres://postgres@127.0.0.1:${typeof address === 'object' ? address?.port : 0}/postgres`)
  } finally {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}

describe('A server that is no PostgreSQL', (test) => {
  test('refuses connections: they fail at once, without a queue', async () => {
    const port = await freePort()
    await at(`postgres://postgres@127.0.0.1:${port}/postgres`, async ({ ask }) =>
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
})

describe('PostgreSQL', (declare) => {
  const test = hasServer ? declare : (title: string) => declare.skip(title, POSTGRES_HINT)

  test('tells a wrong statement by its SQLSTATE, over a connection that stays', () =>
    inTable(async ({ ask, statusOf }) => {
      await ask('select 1')
      const wrong = await ask('selct 1')
      assert.equal([wrong.kind, statusOf(wrong)], ['none', '42601'])
      assert.match(wrong.errorText, 'syntax error')
      assert.equal([(await ask('select 1')).kind, (await ask('select 1')).connectMs], ['none', 0])
    }))

  test('tells what a constraint refuses, and an unknown database and user', () =>
    inTable(async ({ ask, statusOf }, url) => {
      assert.is(statusOf(await ask("insert into t values (1, 'again')")), '23505')
      await at(url.replace(/\/[^/]*$/, '/nowhere'), async (nowhere) => {
        const { kind, status } = await nowhere.ask('select 1')
        assert.equal([kind, postgresPlugin.status.nameOf(status)], ['connect', '3D000'])
      })
      await at(url.replace('postgres@', 'nobody@'), async (nobody) =>
        assert.is((await nobody.ask('select 1')).kind, 'auth'),
      )
    }))

  test('keeps rows for whoever asks, and only counts them otherwise', () =>
    inTable(async ({ ask }) => {
      const kept = await ask(
        { query: 'select * from t where a > $1 order by a', values: ['{{low}}'] },
        { variables: { low: '0' } },
      )
      assert.equal(JSON.parse(kept.text), {
        rowCount: 2,
        rows: [
          { a: 1, b: 'one' },
          { a: 2, b: 'two' },
        ],
      })
      const counted = await ask({ query: 'select * from t', rows: 'count' })
      assert.equal([counted.text, counted.items], ['{"rowCount":2}', 2])
      const dropped = await ask('select * from t', { keepAnswer: false })
      assert.equal([dropped.body, dropped.items, dropped.measured], [null, 2, [['rows', 2]]])
    }))

  test('prepares a statement once a connection', () =>
    inTable(async ({ ask, driver }) => {
      const request = { query: 'select $1::int + 1 as n', values: ['{{x}}'], prepare: true }
      const sent: number[] = []
      for (const x of ['1', '2']) {
        const { text, bytesSent } = await ask(request, { variables: { x } })
        assert.match(text, `"n":${Number(x) + 1}`)
        sent.push(bytesSent)
      }
      assert.ok((sent[1] ?? 0) < (sent[0] ?? 0), sent.join(' '))
      assert.throws(
        () => driver.compile({ query: 'select {{x}}', prepare: true }, 'step'),
        (error: unknown) => error instanceof HarnessError && error.code === 'SCENARIO_INVALID',
      )
    }))

  test('is sent nothing when a variable is missing', () =>
    inTable(async ({ ask }) => {
      const { kind, sentMs } = await ask({ query: 'select $1', values: ['{{nobody}}'] })
      assert.equal([kind, sentMs], ['code', 0])
      assert.is((await ask('select 1')).kind, 'none')
    }))

  test('commits a transaction with a time for each statement', () =>
    inTable(async ({ ask }) => {
      const { kind, components, measured, items } = await ask({
        transaction: [{ name: 'add', query: "insert into t values (3, 'x')" }, { query: 'select * from t' }],
        isolation: 'serializable',
      })
      assert.equal([kind, items], ['none', 4])
      assert.equal(
        components.map(([name]) => name),
        ['add', 'statement 2', 'commit'],
      )
      assert.equal(measured, [
        ['transactions', 1],
        ['rows', 4],
      ])
    }))

  test('keeps nothing of a transaction that fails, also at its commit', () =>
    inTable(async ({ ask, statusOf }) => {
      const failed = await ask({
        transaction: [{ query: "insert into t values (9, 'x')" }, { query: 'select 1/0' }],
      })
      assert.equal([failed.kind, statusOf(failed)], ['none', '22012'])
      assert.is((await ask('select * from t where a = 9')).items, 0)
      await ask('create table d (a int unique deferrable initially deferred)')
      const late = await ask({ transaction: [{ query: 'insert into d values (1), (1)' }] })
      assert.is(statusOf(late), '23505')
      assert.equal([(await ask('select * from d')).items, (await ask('select 1')).connectMs], [0, 0])
    }))

  test('breaks a deadlock with a conflict, and the other transaction goes on', () =>
    inTable(async ({ ask }) => {
      const cross = (first: number, second: number) =>
        ask(
          {
            transaction: [
              { query: `update t set b = 'x' where a = ${first}` },
              { query: 'select pg_sleep(0.2)' },
              { query: `update t set b = 'x' where a = ${second}` },
            ],
          },
          { agent: first },
        )
      const kinds = (await Promise.all([cross(1, 2), cross(2, 1)])).map(({ kind }) => kind)
      assert.equal(kinds.sort(), ['conflict', 'none'])
    }))

  test('refuses what cannot be serialized with a conflict', () =>
    inTable(async ({ ask, statusOf }) => {
      const both = [0, 1].map((agent) =>
        ask(
          {
            transaction: [
              { query: 'select sum(a) from t' },
              { query: 'select pg_sleep(0.2)' },
              { query: `insert into t values (${10 + agent}, 'x')` },
            ],
            isolation: 'serializable',
          },
          { agent },
        ),
      )
      const seen = (await Promise.all(both)).map((exchange) => `${exchange.kind} ${statusOf(exchange)}`)
      assert.equal(seen.sort(), ['conflict 40001', 'none OK'])
    }))

  test('ends a connection in the middle of a statement: unavailable, once, and the next one is new', () =>
    inTable(async ({ ask, begin }) => {
      const sleeping = await begin('select pg_sleep(30)')
      await ask(
        "select pg_terminate_backend(pid) from pg_stat_activity where query = 'select pg_sleep(30)' and pid <> pg_backend_pid()",
        { agent: 1 },
      )
      const { kind, settledCount } = await settled(sleeping)
      assert.equal([kind, settledCount], ['unavailable', 1])
      assert.is((await ask('select 1')).kind, 'none')
    }))

  test('has idle connections that end replaced, and each counted once', () =>
    withCuttingProxy(POSTGRES_PORT, (proxy) =>
      at(
        `postgres://postgres@127.0.0.1:${proxy.port}/postgres`,
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
      assert.is((await ask('select pg_sleep(5)', { timeouts: { totalMs: 60 } })).kind, 'timeout-total')
      const sleeping = await begin('select pg_sleep(5)')
      driver.abort(sleeping)
      assert.is((await settled(sleeping)).kind, 'aborted')
      assert.is((await ask('select 1')).kind, 'none')
    }))

  test('answers with ten megabytes', () =>
    inTable(async ({ ask }) => {
      const { kind, bytesReceived, items } = await ask(
        "select repeat('x', 1000) from generate_series(1, 10000)",
        { keepAnswer: false },
      )
      assert.equal([kind, items], ['none', 10_000])
      assert.ok(bytesReceived > 1e7)
    }))

  test('takes a copy as it is meant, and a wrong one not at all', () =>
    inTable(async ({ ask, statusOf }) => {
      const copyIn = {
        table: 'public.t',
        columns: ['a', 'b'],
        rows: 1000,
        row: ['1{{$i}}00', 'tab\t back\\ {{x}}'],
      }
      const copied = await ask({ copyIn }, { variables: { x: 'line\n' } })
      assert.equal([copied.kind, copied.items], ['none', 1000])
      assert.equal(JSON.parse((await ask('select b from t where a = 1000')).text).rows, [
        { b: 'tab\t back\\ line\n' },
      ])
      const wrong = await ask({ copyIn: { table: 't', row: ['no number', null] } })
      assert.is(statusOf(wrong), '22P02')
      assert.equal([(await ask('select 1')).kind, (await ask('select 1')).connectMs], ['none', 0])
    }))

  test('that has no connection left for a role is unavailable', () =>
    inDatabase(async (url) => {
      const role = `proofload_role_${process.pid}`
      await at(url, async ({ ask }) => {
        await ask(`create role ${role} login connection limit 1`)
        try {
          await at(url.replace('postgres@', `${role}@`), async (limited) => {
            const first = await limited.ask('select 1')
            const second = await limited.ask('select 1', { agent: 1 })
            assert.equal([first.kind, second.kind], ['none', 'unavailable'])
          })
        } finally {
          await until(async () => (await ask(`drop role ${role}`)).status === 0)
        }
      })
    }))

  test('is looked at before the load: what it has left must be enough', async () => {
    const look = (agents: number) =>
      postgresPlugin.preflight?.(
        { url: `postgres://postgres@127.0.0.1:${POSTGRES_PORT}/postgres` },
        { agents, connections: null },
      )
    assert.is((await look(1))?.[0]?.level, 'ok')
    assert.is((await look(100_000))?.[0]?.level, 'blocked')
  })

  test('is found by a probe, and its absence is told in a line', async () => {
    const probe = (port: number) =>
      postgresPlugin.probe({ url: `postgres://postgres@127.0.0.1:${port}/postgres` }, createSystemClock())
    assert.is((await probe(POSTGRES_PORT))?.reachable, true)
    assert.match((await probe(await freePort()))?.message ?? '', /^postgres 127\.0\.0\.1:\d+: .*refused/)
  })

  test('gives none of its connections when there are too few', () =>
    withDriver(
      postgresPlugin,
      { url: `postgres://nobody@127.0.0.1:${POSTGRES_PORT}/postgres` },
      async (driver) => {
        const failed = await driver.ready?.().then(
          () => null,
          (error: unknown) => error,
        )
        assert.ok(failed instanceof HarnessError && failed.code === 'TARGET_UNREACHABLE')
      },
      { connections: 2 },
    ))
})

describe('PostgreSQL requests', (test) => {
  const accepts = (request: object) => postgresPlugin.requestSchema.safeParse(request).success

  test('that would leave a connection in another state are refused', () => {
    for (const query of [
      'begin',
      ' COMMIT',
      'rollback',
      'start transaction',
      'set session x = 1',
      'savepoint a',
    ])
      assert.is(accepts({ query }), false, query)
    assert.is(accepts({ query: 'select 1' }), true)
  })

  test('are one of three kinds, with keys that go with it', () => {
    assert.is(accepts({ query: 'select 1', transaction: [{ query: 'select 1' }] }), false)
    assert.is(accepts({ transaction: [{ query: 'select 1' }], values: [1] }), false)
    assert.is(accepts({ query: 'select 1', isolation: 'serializable' }), false)
    assert.is(accepts({ copyIn: { table: 't', row: [1] } }), true)
    assert.is(accepts({}), false)
  })

  test('have names made of what they are about', () => {
    const name = (request: object) => postgresPlugin.nameOf(postgresPlugin.requestSchema.parse(request))
    assert.is(name({ query: 'select * from "shop".items where id = 1' }), 'select shop.items')
    assert.is(
      name({ transaction: [{ name: 'a', query: 'select 1' }, { query: 'update t set a = 1' }] }),
      'transaction a, update t',
    )
    assert.is(name({ copyIn: { table: 't', row: [1] } }), 'copy t')
  })

  test('know SQLSTATEs as statuses', () => {
    const { status } = postgresPlugin
    assert.is(status.nameOf(6_718_465), '40001')
    assert.is(status.compile('23505')(Number.parseInt('23505', 36)), true)
    assert.is(status.expected.safeParse('no').success, false)
  })
})
