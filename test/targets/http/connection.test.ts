import type { Socket } from 'node:net'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import {
  anExchange,
  type DrivenExchange,
  type DriveOptions,
  driveStep,
} from '../../../harness/contract/driven-exchange.ts'
import type { TargetDriver } from '../../../harness/ports/target.ts'
import { httpPlugin } from '../../../harness/targets/http/index.ts'
import { withDeafServer } from '../../kit/deaf-server.ts'
import { withDriver } from '../../kit/drive.ts'
import { type OnRequest, type RawBehaviour, type RawServer, withRawServer } from '../../kit/raw-server.ts'
import { describe, SKIP_MARKER } from '../../kit/suite.ts'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const clock = createSystemClock()

const saying =
  (text: string): OnRequest =>
  (socket) =>
    socket.write(text, 'latin1')

function withPair(
  behaviour: RawBehaviour | OnRequest,
  body: (driver: TargetDriver, server: RawServer) => Promise<void>,
  config: object = {},
  context: Parameters<typeof withDriver>[3] = {},
): Promise<void> {
  return withRawServer(behaviour, (server) =>
    withDriver(httpPlugin, { url: server.url, ...config }, (driver) => body(driver, server), context),
  )
}

const get = (driver: TargetDriver, path = '/', options: DriveOptions = {}) =>
  driveStep(httpPlugin, driver, { path }, options)

const pathsOf = ({ requests }: RawServer) => requests.map((head) => head.split(' ').slice(0, 2).join(' '))

/** Starts a GET and gives the exchange at once, and its end. */
function started(driver: TargetDriver, options: DriveOptions = {}) {
  let settle: (exchange: DrivenExchange) => void = () => undefined
  const settled = new Promise<DrivenExchange>((resolve) => {
    settle = resolve
  })
  const exchange = anExchange(driver.compile({ method: 'GET', path: '/' }, 'step'), options, settle)
  driver.start(exchange)
  return { exchange, settled }
}

const turn = () => new Promise<void>((resolve) => clock.soon(resolve))

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn()
}

describe('Connection', (test) => {
  test('gives up connecting in its own time', () =>
    withDeafServer(async (port) => {
      if (port === null) {
        process.stdout.write(
          `\n${SKIP_MARKER} Connection: gives up connecting - the backlog never fills here\n`,
        )
        return
      }
      await withDriver(httpPlugin, { url: `http://127.0.0.1:${port}` }, async (driver) => {
        const timeouts = { connectMs: 60, firstByteMs: 5000, totalMs: 5000 }
        const seen = await get(driver, '/', { timeouts })

        assert.is(seen.kind, 'timeout-connect')
        assert.equal([seen.sentMs, seen.firstByteMs, seen.status], [0, 0, 0])
      })
    }))

  test('connects to a name that has several addresses', () =>
    withPair(saying(OK), async (_, { port }) => {
      await withDriver(httpPlugin, { url: `http://localhost:${port}` }, async (driver) => {
        assert.is((await get(driver)).kind, 'none')
      })
    }))

  test('fails a request whose variable is missing, sends nothing, and keeps the connection', () =>
    withPair(saying(OK), async (driver, server) => {
      assert.is((await get(driver, '/{{id}}', { variables: { id: 'a b' } })).kind, 'none')
      const seen = await get(driver, '/{{id}}')
      assert.is((await get(driver, '/after')).kind, 'none')

      assert.is(seen.kind, 'code')
      assert.match(seen.errorText, "'id'")
      assert.equal([seen.sentMs, seen.bytesSent], [0, 0])
      assert.equal(pathsOf(server), ['GET /a%20b', 'GET /after'])
      assert.is(server.connectionCount, 1)
    }))

  test('reads no body after HEAD, and goes on', () =>
    withPair(saying('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n'), async (driver, server) => {
      for (let round = 0; round < 2; round++) {
        const seen = await driveStep(httpPlugin, driver, { method: 'HEAD', path: '/' })
        assert.equal([seen.kind, seen.text, seen.header?.('content-length')], ['none', '', '1000'])
      }
      assert.is(server.connectionCount, 1)
    }))

  test('uses no connection beyond the time the server keeps it', async () => {
    // Half of a timeout of 1 s is usable; the virtual hour between the requests is not.
    const keeping = saying('HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 0\r\n\r\n')
    let aheadMs = 0
    const skewed = { ...clock, nowMs: () => clock.nowMs() + aheadMs }
    await withPair(
      keeping,
      async (driver, server) => {
        await get(driver)
        await get(driver)
        assert.is(server.connectionCount, 1)
        aheadMs = 3_600_000
        await get(driver)
        assert.is(server.connectionCount, 2)
      },
      {},
      { clock: skewed },
    )
  })

  test('does not use a connection again while a body is still on its way out', () => {
    // It answers before it has read the upload, and then reads no more.
    const impatient: RawBehaviour = {
      onConnection: (socket) => {
        socket.removeAllListeners('data')
        socket.once('data', () => {
          socket.pause()
          socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n')
        })
      },
    }
    return withPair(impatient, async (driver, server) => {
      const body = 'x'.repeat(20_000_000)
      const seen = await driveStep(httpPlugin, driver, { method: 'PUT', path: '/', body })
      assert.equal([seen.kind, seen.status], ['none', 413])
      assert.ok(seen.bytesSent > body.length)

      assert.is((await get(driver)).status, 413)
      assert.is(server.connectionCount, 2)
    })
  })

  test('counts what it sends again on a connection gone stale', () =>
    withPair(
      (socket, place) => (place === 1 ? socket.resetAndDestroy() : socket.write(OK)),
      async (driver, server) => {
        await get(driver)
        const seen = await get(driver)

        assert.is(seen.kind, 'none')
        assert.is((driver.stats() as { staleRetries?: number }).staleRetries, 1)
        assert.is(seen.bytesSent, 2 * (server.requests[1] as string).length)
      },
    ))

  test('does not retry once an answer has begun', () =>
    withPair(
      (socket, place) => (place === 1 ? socket.end('HTTP/1.1 200') : socket.write(OK)),
      async (driver, server) => {
        await get(driver)

        assert.is((await get(driver)).kind, 'reset')
        assert.is(server.requests.length, 2)
      },
    ))

  test('connects anew when the server closed while nothing was on its way', () => {
    const sockets: Socket[] = []
    return withPair(
      { onConnection: (socket) => void sockets.push(socket), onRequest: (socket) => socket.write(OK) },
      async (driver, server) => {
        await driveStep(httpPlugin, driver, { method: 'POST', path: '/1' })
        sockets[0]?.end()
        await until(() => driver.stats().openConnections === 0)

        // A POST, because that is never retried.
        assert.is((await driveStep(httpPlugin, driver, { method: 'POST', path: '/2' })).kind, 'none')
        assert.is(server.connectionCount, 2)
      },
    )
  })

  test('is aborted wherever it stands, and settles once', async () => {
    const silent: OnRequest = () => undefined
    await withPair(silent, async (driver, server) => {
      const connecting = started(driver, { agent: 0 })
      driver.abort(connecting.exchange)
      assert.is(connecting.exchange.settledCount, 0)

      const sent = started(driver, { agent: 1 })
      const waiting = started(driver, { agent: 1 })
      await until(() => server.requests.length === 1)
      driver.abort(waiting.exchange)
      driver.abort(sent.exchange)
      driver.abort(sent.exchange)

      for (const { settled } of [connecting, sent, waiting]) assert.is((await settled).kind, 'aborted')
      for (let turns = 0; turns < 5; turns++) await turn()
      for (const { exchange } of [connecting, sent, waiting]) {
        driver.abort(exchange)
        assert.is(exchange.settledCount, 1)
      }
    })
  })

  test('is aborted in mid-answer', () =>
    withPair(saying('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'), async (driver) => {
      const { exchange, settled } = started(driver)
      await until(() => exchange.firstByteMs > 0)
      driver.abort(exchange)

      assert.is((await settled).kind, 'aborted')
    }))

  test('serves the next after one was aborted', () =>
    withPair(
      (socket, place) => place > 0 && socket.write(OK),
      async (driver) => {
        const first = started(driver)
        const second = started(driver)
        await until(() => first.exchange.sentMs > 0)
        driver.abort(first.exchange)

        assert.equal([(await first.settled).kind, (await second.settled).kind], ['aborted', 'none'])
      },
    ))

  test('disturbs no other agent when one of them meets a hostile server', () =>
    withPair(
      (socket, place) => {
        if (place % 3 === 0) socket.write('garbage\r\n\r\n')
        else if (place % 3 === 1) socket.resetAndDestroy()
        else socket.write(OK)
      },
      async (driver) => {
        const kinds = await Promise.all(
          Array.from({ length: 60 }, async (_, agent) => {
            const seen = await driveStep(httpPlugin, driver, { method: 'POST', path: '/' }, { agent })
            return seen.kind
          }),
        )

        const count = (kind: string) => kinds.filter((each) => each === kind).length
        assert.equal([count('protocol'), count('reset'), count('none')], [20, 20, 20])
      },
    ))
})

describe('Connection: redirects and cookies', (test) => {
  /** Redirects /1 to /2 to /end, and keeps what it was sent. */
  function redirecting(heads: string[], status: number): RawBehaviour {
    return {
      onConnection: (socket) => socket.on('data', (bytes) => heads.push(bytes.toString('latin1'))),
      onRequest(socket) {
        const [, path] = (heads.at(-1) as string).split(' ')
        if (path === '/end') socket.write(OK)
        else
          socket.write(
            `HTTP/1.1 ${status} Moved\r\nLocation: ${path === '/1' ? '/2' : '/end'}\r\nContent-Length: 3\r\n\r\nxyz`,
          )
      },
    }
  }

  test('follows a chain on one connection, its instants spanning the whole', () => {
    const heads: string[] = []
    return withPair(
      redirecting(heads, 302),
      async (driver, server) => {
        const beforeMs = clock.nowMs()
        const request = { method: 'POST', path: '/1', json: { a: 1 } }
        const seen = await driveStep(httpPlugin, driver, request)

        assert.equal([seen.kind, seen.status, seen.text], ['none', 200, 'ok'])
        assert.equal(pathsOf(server), ['POST /1', 'GET /2', 'GET /end'])
        assert.not.match(heads[1] as string, /content-(type|length)/i)
        assert.is(server.connectionCount, 1)
        assert.is(seen.bytesSent, heads.join('').length)
        assert.ok(
          beforeMs <= seen.sentMs && seen.sentMs <= seen.firstByteMs && seen.firstByteMs <= seen.doneMs,
        )
      },
      { followRedirects: 2 },
    )
  })

  test('keeps method and body where the status says so', () => {
    const heads: string[] = []
    return withPair(
      redirecting(heads, 307),
      async (driver) => {
        await driveStep(httpPlugin, driver, { method: 'POST', path: '/2', body: 'kept' })

        assert.match(heads[1] as string, /^POST \/end (.|[\r\n])*\r\n\r\nkept$/)
      },
      { followRedirects: 1 },
    )
  })

  test('lets the redirect itself be the answer unless told to follow', () =>
    withPair(redirecting([], 302), async (driver) => {
      const seen = await get(driver, '/1')

      assert.equal([seen.kind, seen.status, seen.header?.('location'), seen.text], ['none', 302, '/2', 'xyz'])
    }))

  test('lets a request follow when its target does not', () => {
    const heads: string[] = []
    return withPair(redirecting(heads, 302), async (driver) => {
      const seen = await driveStep(httpPlugin, driver, { path: '/2', followRedirects: 1 })

      assert.is(seen.status, 200)
    })
  })

  test('sends cookies back, to each agent its own, until the session ends', () => {
    let given = 0
    const baking: OnRequest = (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nSet-Cookie: id=${++given}; Path=/\r\nContent-Length: 0\r\n\r\n`)
    }
    return withPair(baking, async (driver, server) => {
      for (const agent of [0, 1, 0]) await get(driver, '/', { agent })
      driver.endSession(0)
      await get(driver, '/', { agent: 0 })
      await driveStep(httpPlugin, driver, { path: '/', headers: { cookie: 'mine=1' } }, { agent: 1 })

      const cookies = server.requests.map((head) => /^cookie: (.*)\r$/im.exec(head)?.[1] ?? null)
      // The author's own cookie goes with those of the jar.
      assert.equal(cookies, [null, null, 'id=1', null, 'mine=1; id=2'])
    })
  })
})
