import * as assert from 'uvu/assert'
import {
  anExchange,
  type DrivenExchange,
  type DriveOptions,
  driveStep,
} from '../../../harness/contract/driven-exchange.ts'
import type { DriverContext, TargetDriver } from '../../../harness/ports/target.ts'
import { redisPlugin } from '../../../harness/targets/redis/index.ts'
import { withDriver } from '../../kit/drive.ts'
import { freePort } from '../../kit/free-port.ts'
import { type RespHandler, type RespServer, withRespServer } from '../../kit/resp-server.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

interface Bench {
  readonly server: RespServer
  readonly driver: TargetDriver
  ask(command: readonly string[], options?: DriveOptions): Promise<DrivenExchange>
  request(request: Readonly<Record<string, unknown>>): Promise<DrivenExchange>
}

/** A server that behaves as told, and a driver of it. */
function against(
  handler: RespHandler,
  body: (bench: Bench) => Promise<void>,
  context: Partial<DriverContext> = {},
  config: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  return withRespServer(handler, (server) =>
    withDriver(
      redisPlugin,
      { url: server.url, ...config },
      (driver) =>
        body({
          server,
          driver,
          ask: (command, options) => driveStep(redisPlugin, driver, { command }, options),
          request: (request) => driveStep(redisPlugin, driver, request),
        }),
      context,
    ),
  )
}

/** Answers GET well, and everything else with these bytes. */
const saying =
  (bytes: string): RespHandler =>
  ([name]) =>
    name === 'GET' ? '+fine\r\n' : bytes

describe('A Redis server that', (test) => {
  test('sends garbage breaks the protocol; the next request has a new connection', () =>
    against(saying('no reply at all\r\n'), async ({ ask, server }) => {
      const bad = await ask(['BAD'])
      const next = await ask(['GET', 'a'])

      assert.equal([bad.kind, next.kind], ['protocol', 'none'])
      assert.not.match(bad.errorText, /report this/)
      await until(() => server.openConnections === 1)
    }))

  test('closes the connection in the middle of a reply resets it', () =>
    against(
      ([name], socket) => {
        if (name === 'GET') return '+fine\r\n'
        socket.end('$100\r\nhalf')
        return null
      },
      async ({ ask }) => {
        const { kind, bytesReceived } = await ask(['HALF'])
        assert.equal([kind, bytesReceived], ['reset', 10])
        assert.is((await ask(['GET', 'a'])).kind, 'none')
      },
    ))

  test('answers byte by byte is understood', () =>
    against(
      (_, socket) => {
        const bytes = [...'*2\r\n$1\r\na\r\n:7\r\n']
        const next = () => {
          socket.write(bytes.shift() ?? '')
          if (bytes.length > 0) setImmediate(next)
        }
        next()
        return null
      },
      async ({ ask }) => assert.equal(JSON.parse((await ask(['LRANGE', 'a', '0', '1'])).text), ['a', 7]),
    ))

  test('answers more than it was asked for is not trusted any more', () =>
    against(saying('+one\r\n+two\r\n'), async ({ ask }) => {
      assert.is((await ask(['TWICE'])).kind, 'protocol')
      assert.is((await ask(['GET', 'a'])).text, '"fine"')
    }))

  test('answers with megabytes is read to the end', () =>
    against(
      () => `$${5e6}\r\n${'x'.repeat(5e6)}\r\n`,
      async ({ ask }) => {
        const { kind, bytesReceived } = await ask(['GET', 'big'], { keepAnswer: false })
        assert.equal([kind, bytesReceived], ['none', 5e6 + 12])
      },
    ))

  test('closes an idle connection makes nobody fail', () => {
    const faults: string[] = []
    const idle: { close?: () => void } = {}
    return against(
      (_, socket) => {
        idle.close = () => void socket.end()
        return '+fine\r\n'
      },
      async ({ ask, server }) => {
        await ask(['GET', 'a'])
        idle.close?.()
        await until(() => faults.length === 1)
        await until(() => server.openConnections === 1)
        assert.is((await ask(['GET', 'a'])).kind, 'none')
        assert.equal(faults, ['reset'])
      },
      { connections: 1, events: { measure: () => undefined, fault: (_step, kind) => faults.push(kind) } },
    )
  })

  test('never answers the login is a timeout of connecting', () =>
    against(
      () => null,
      async ({ ask }) => {
        const { kind, sentMs } = await ask(['GET', 'a'], { timeouts: { connectMs: 60 } })
        assert.equal([kind, sentMs], ['timeout-connect', 0])
      },
      { secrets: { PW: 'p' } },
      { password: '{{secret.PW}}' },
    ))

  test('refuses the password fails logging in, with its own words', () =>
    against(
      ([name]) => (name === 'AUTH' ? '-WRONGPASS invalid username-password pair\r\n' : '+fine\r\n'),
      async ({ ask, server }) => {
        const { kind, errorText } = await ask(['GET', 'a'])
        assert.is(kind, 'auth')
        assert.match(errorText, 'WRONGPASS')
        assert.equal(server.commands, [['AUTH', 'p@ss/wo:rd {{x}}']])
      },
      { secrets: { PW: 'p@ss/wo:rd {{x}}' } },
      { password: '{{secret.PW}}' },
    ))

  test('is loading is unavailable; one that wants a login is a failure to log in', () =>
    against(
      ([name]) => (name === 'GET' ? '-LOADING in memory\r\n' : '-NOAUTH Authentication required.\r\n'),
      async ({ ask }) => {
        assert.is((await ask(['GET', 'a'])).kind, 'unavailable')
        assert.is((await ask(['SET', 'a', 'b'])).kind, 'auth')
      },
    ))

  test('sends a client elsewhere is not followed', () =>
    against(saying('-MOVED 3999 127.0.0.1:6381\r\n'), async ({ ask, server }) => {
      const { kind, status, errorText } = await ask(['SET', 'a', 'b'])
      assert.equal([kind, redisPlugin.status.nameOf(status)], ['none', 'MOVED'])
      assert.match(errorText, '127.0.0.1:6381')
      assert.is(server.commands.length, 1)
    }))

  test('has no reply for a long time is given up, and the connection with it', () =>
    against(
      ([name]) => (name === 'GET' ? '+fine\r\n' : null),
      async ({ ask, server }) => {
        await ask(['GET', 'a'])
        assert.is((await ask(['SLOW'], { timeouts: { firstByteMs: 60 } })).kind, 'timeout-first-byte')
        assert.is((await ask(['GET', 'a'])).text, '"fine"')
        await until(() => server.openConnections === 1)
      },
    ))

  test('stops in the middle of a reply is a timeout of the whole', () =>
    against(saying('$10\r\nhalf'), async ({ ask }) => {
      assert.is((await ask(['SLOW'], { timeouts: { totalMs: 60 } })).kind, 'timeout-total')
    }))
})

describe('Redis requests', (test) => {
  test('that nobody can take are refused connections, at once and without a queue', async () => {
    const port = await freePort()
    await withDriver(redisPlugin, { url: `redis://127.0.0.1:${port}` }, async (driver) => {
      const { kind, errorText } = await driveStep(redisPlugin, driver, { command: ['GET', 'a'] })
      assert.is(kind, 'refused')
      assert.match(errorText, `127.0.0.1:${port}`)
    })
  })

  test('keep their places in a pipeline, errors included', () =>
    against(saying('-ERR no\r\n'), async ({ request }) => {
      const { status, text, items, measured } = await request({ pipeline: [['GET', 'a'], ['BAD']] })
      assert.equal(JSON.parse(text), ['fine', { error: 'ERR no' }])
      assert.equal([redisPlugin.status.nameOf(status), items], ['ERR', 0])
      assert.is(measured.filter(([name]) => name === 'command_time').length, 2)
    }))

  test('of a transaction that is refused are aborted, and say why', () =>
    against(
      ([name]) => {
        if (name === 'EXEC') return '-EXECABORT Transaction discarded\r\n'
        return name === 'BAD' ? '-ERR unknown command\r\n' : '+QUEUED\r\n'
      },
      async ({ request }) => {
        const { status, errorText } = await request({ multi: [['GET', 'a'], ['BAD']] })
        assert.is(redisPlugin.status.nameOf(status), 'EXECABORT')
        assert.match(errorText, 'unknown command')
      },
    ))

  test('of a transaction that was not carried out are a conflict', () =>
    against(
      ([name]) => (name === 'EXEC' ? '*-1\r\n' : '+QUEUED\r\n'),
      async ({ request }) => assert.is((await request({ multi: [['GET', 'a']] })).kind, 'conflict'),
    ))

  test('count hits and misses of reads', () =>
    against(
      ([name]) => (name === 'MGET' ? '*3\r\n$1\r\na\r\n$-1\r\n$1\r\nb\r\n' : '$-1\r\n'),
      async ({ request }) => {
        const { measured } = await request({
          pipeline: [
            ['MGET', 'a', 'b', 'c'],
            ['GET', 'd'],
            ['LPOP', 'e'],
          ],
        })
        const count = (name: string) => measured.filter(([measure]) => measure === name).length
        assert.equal([count('hits'), count('misses')], [2, 2])
      },
    ))

  test('that block take a connection of their own, and others do not wait for them', () =>
    against(
      ([name]) => (name === 'BLPOP' ? null : '+fine\r\n'),
      async ({ driver, ask }) => {
        const blocked = anExchange(driver.compile({ command: ['BLPOP', 'list', 0] }, 'pop'))
        driver.start(blocked)
        await until(() => blocked.sentMs > 0)

        assert.is((await ask(['GET', 'a'])).kind, 'none')
        driver.abort(blocked)
        await until(() => blocked.settledCount === 1)
        assert.is(blocked.kind, 'aborted')
      },
      { connections: 1 },
    ))

  test('wait for a shared connection, and can be taken back while they do', () =>
    against(
      ([name]) => (name === 'SLOW' ? null : '+fine\r\n'),
      async ({ driver }) => {
        const [first, second] = ['SLOW', 'GET'].map((name) =>
          anExchange(driver.compile({ command: [name] }, name)),
        ) as [DrivenExchange, DrivenExchange]
        driver.start(first)
        driver.start(second)
        assert.is(driver.stats().waiting, 1)
        driver.abort(second)
        await until(() => second.settledCount === 1)
        assert.equal([second.kind, second.sentMs, driver.stats().waiting], ['aborted', 0, 0])
      },
      { connections: 1 },
    ))

  test('fill in variables, and send nothing when one is missing', () =>
    against(saying('+OK\r\n'), async ({ ask, server }) => {
      await ask(['SET', 'k:{{id}}', '{{value}}'], { variables: { id: '7', value: 'ä b' } })
      const missing = await ask(['SET', '{{nobody}}', '1'])

      assert.equal(server.commands.length, 1)
      assert.equal(server.commands[0]?.slice(0, 2), ['SET', 'k:7'])
      assert.equal([missing.kind, missing.sentMs], ['code', 0])
    }))

  test('that would leave a connection in another state are refused by name', () => {
    for (const name of ['SUBSCRIBE', 'multi', 'WATCH', 'SELECT', 'QUIT', 'AUTH'])
      assert.is(redisPlugin.requestSchema.safeParse({ command: [name, '1'] }).success, false, name)
    assert.is(
      redisPlugin.requestSchema.safeParse({ command: ['GET', 'a'], pipeline: [['GET', 'a']] }).success,
      false,
    )
  })

  test('know statuses by name', () => {
    const { status } = redisPlugin
    const accepts = status.compile(['OK', 'WRONGTYPE'])
    assert.equal([accepts(0), accepts(2), accepts(1)], [true, true, false])
    assert.is(status.expected.safeParse('NONSENSE').success, false)
  })

  test('never have a password written out', () => {
    const accepts = (config: object) => redisPlugin.configSchema.safeParse(config).success
    assert.is(accepts({ url: 'redis://:plain@127.0.0.1' }), false)
    assert.is(accepts({ url: 'redis://127.0.0.1', password: 'plain' }), false)
    assert.is(accepts({ url: 'redis://:{{secret.PW}}@127.0.0.1' }), true)
  })
})
