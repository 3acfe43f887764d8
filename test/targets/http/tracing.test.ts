/** Requests that can be found in the target's own traces: over both versions of HTTP, as whole drivers. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { traceIdOf } from '../../../harness/base/trace-id.ts'
import { anExchange, type DriveOptions, drive, driveStep } from '../../../harness/contract/driven-exchange.ts'
import { aDriverContext } from '../../../harness/contract/driver-context.ts'
import type { DriverContext, TargetDriver, Tracing } from '../../../harness/ports/target.ts'
import type { HttpClient } from '../../../harness/targets/http/client.ts'
import { httpPlugin } from '../../../harness/targets/http/index.ts'
import { sandboxPlugin } from '../../../harness/targets/sandbox/index.ts'
import { clientOf, withDriver } from '../../kit/drive.ts'
import { withHttp2Server } from '../../kit/http2-server.ts'
import { type RawBehaviour, type RawServer, withRawServer } from '../../kit/raw-server.ts'
import { describe } from '../../kit/suite.ts'
import { LOCALHOST_CERT_FILE, LOCALHOST_TLS } from '../../kit/tls.ts'

const PREFIX = '0123456789abcdef0003'
const aTracing = (): Tracing => ({ correlationId: 'cor-1', prefix: PREFIX, issued: 0 })
const TRACEPARENT = /^00-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})-01$/

/** What the server saw of one request. */
type SeenHeaders = IncomingHttpHeaders

/** A driver in front of a server that remembers the headers it got. */
type WithPair = (
  body: (driver: TargetDriver, seen: readonly SeenHeaders[]) => Promise<void>,
  options?: { readonly config?: object; readonly context?: Partial<DriverContext> },
) => Promise<void>

async function withListening(server: Server, body: (port: number) => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await body((server.address() as AddressInfo).port)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

const withHttp1: WithPair = async (body, { config = {}, context = {} } = {}) => {
  const seen: SeenHeaders[] = []
  const server = createServer((request, response) => {
    seen.push(request.headers)
    request.resume()
    if (request.url === '/from') response.setHeader('location', '/to')
    response.setHeader('set-cookie', 'a=1')
    response.writeHead(request.url === '/from' ? 302 : 200).end('ok')
  })
  await withListening(server, (port) =>
    withDriver(httpPlugin, { url: `http://127.0.0.1:${port}`, ...config }, (driver) => body(driver, seen), {
      tracing: aTracing(),
      ...context,
    }),
  )
}

const withHttp2: WithPair = (body, { config = {}, context = {} } = {}) =>
  withHttp2Server(
    (stream, headers) => {
      const location = headers[':path'] === '/from' ? { location: '/to' } : {}
      stream.respond({ ':status': 'location' in location ? 302 : 200, ...location })
      stream.end('ok')
    },
    (server) =>
      withDriver(
        httpPlugin,
        { url: server.url, version: 2, ...config },
        (driver) => body(driver, server.requests as readonly SeenHeaders[]),
        { tracing: aTracing(), ...context },
      ),
  )

const get = (driver: TargetDriver, request: object = {}, options: DriveOptions = {}) =>
  driveStep(httpPlugin, driver, { path: '/', ...request }, options)

/** Trace and span of a request as the server saw it. */
function idsOf(headers: SeenHeaders | undefined): { trace: string; span: string } {
  const found = TRACEPARENT.exec(String(headers?.['traceparent']))?.groups
  if (found === undefined) throw new Error(`no traceparent: ${headers?.['traceparent']}`)
  return found as { trace: string; span: string }
}

for (const [version, withPair] of [
  ['HTTP/1.1', withHttp1],
  ['HTTP/2', withHttp2],
] as const)
  describe(`tracing over ${version}`, (test) => {
    test('marks every request, each as its own, and the exchange knows its trace', () =>
      withPair(async (driver, seen) => {
        const compiled = [{}, { path: '/{{id}}' }, { method: 'POST', json: { a: 'ü' } }]
        const exchanges = []
        for (let round = 0; round < 20; round++)
          exchanges.push(
            ...(await Promise.all(
              compiled.map((request, agent) => get(driver, request, { agent, variables: { id: '7' } })),
            )),
          )

        const traces = seen.map((headers) => idsOf(headers).trace)
        assert.is(seen.length, 60)
        assert.is(new Set(traces).size, 60)
        assert.is(new Set(seen.map((headers) => idsOf(headers).span)).size, 60)
        assert.equal(
          new Set(exchanges.map(({ traceNumber }) => traceIdOf(PREFIX, traceNumber))),
          new Set(traces),
        )
        assert.ok(seen.every((headers) => headers['x-correlation-id'] === 'cor-1'))
        assert.ok(exchanges.every(({ kind }) => kind === 'none'))
      }))

    test('marks one compiled request anew each time', () =>
      withPair(async (driver, seen) => {
        const client = clientOf<HttpClient>(driver)
        for (let round = 0; round < 3; round++) {
          await get(driver)
          await client.get('/', { headers: { accept: 'x' } })
        }
        assert.equal(
          seen.map((headers) => idsOf(headers).trace),
          [1, 2, 3, 4, 5, 6].map((number) => traceIdOf(PREFIX, number)),
        )
      }))

    test("leaves the author's headers as they are, whether the step or the target states them", () =>
      withPair(
        async (driver, seen) => {
          const own = { Traceparent: '00-1-2-00' }
          const first = await get(driver, { headers: own })
          await clientOf<HttpClient>(driver).get('/', { headers: own })

          assert.equal(
            seen.map((headers) => [headers['traceparent'], headers['x-correlation-id']]),
            [
              ['00-1-2-00', 'mine'],
              ['00-1-2-00', 'mine'],
            ],
          )
          assert.is(first.traceNumber, 0)
        },
        { config: { headers: { 'X-Correlation-ID': 'mine' } } },
      ))

    test('follows a redirect in the same trace, as another span', () =>
      withPair(
        async (driver, seen) => {
          const { traceNumber, kind } = await get(driver, { path: '/from' })
          const [first, second] = seen.map(idsOf)

          assert.equal([kind, seen.length], ['none', 2])
          assert.equal([first?.trace, second?.trace], [traceIdOf(PREFIX, 1), traceIdOf(PREFIX, 1)])
          assert.is.not(first?.span, second?.span)
          assert.is(traceNumber, 1)
        },
        { config: { followRedirects: 1 } },
      ))

    test('gives a request that cannot be put together no trace', () =>
      withPair(async (driver, seen) => {
        const { kind, traceNumber } = await get(driver, { path: '/{{unset}}' })

        assert.equal([kind, traceNumber, seen.length], ['code', 0, 0])
      }))

    test('marks nothing unless the run is traced', () =>
      withPair(
        async (driver, seen) => {
          const { traceNumber } = await get(driver)
          await clientOf<HttpClient>(driver).get('/')

          assert.is(seen.length, 2)
          for (const headers of seen)
            assert.equal([headers['traceparent'], headers['x-correlation-id']], [undefined, undefined])
          assert.is(traceNumber, 0)
        },
        { context: { tracing: null } },
      ))
  })

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const withRaw = (
  behaviour: RawBehaviour,
  body: (driver: TargetDriver, server: RawServer) => Promise<void>,
): Promise<void> =>
  withRawServer(behaviour, (server) =>
    withDriver(httpPlugin, { url: server.url }, (driver) => body(driver, server), { tracing: aTracing() }),
  )
const lineOf = (head: string) => /traceparent: (.*)/.exec(head)?.[1]?.trim() ?? ''

describe('tracing over HTTP/1.1, bytes', (test) => {
  test('puts the mark into the head, once, and the body behind it', () =>
    withRaw({ onRequest: (socket) => socket.write(OK) }, async (driver, server) => {
      await get(driver, { method: 'POST', body: 'traceparent: no' })
      const [head = ''] = server.requests

      assert.is(head.split('traceparent').length, 2)
      assert.match(head, /\r\nContent-Length: 15\r\ntraceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-01\r\n\r\n$/)
      assert.match(head, /\r\nx-correlation-id: cor-1\r\n/)
    }))

  test('marks a request with cookies, too', () =>
    withHttp1(async (driver, seen) => {
      await get(driver)
      await get(driver)

      assert.is(seen[1]?.cookie, 'a=1')
      assert.equal(
        seen.map((headers) => idsOf(headers).trace),
        [traceIdOf(PREFIX, 1), traceIdOf(PREFIX, 2)],
      )
    }))

  test('sends a request again in the same trace when its connection had gone stale', () =>
    withRaw(
      { onRequest: (socket, place) => (place === 1 ? socket.destroy() : socket.write(OK)) },
      async (driver, server) => {
        await get(driver)
        const again = await get(driver)

        const [, stale = '', fresh = ''] = server.requests.map(lineOf)
        assert.equal([again.kind, server.requests.length], ['none', 3])
        assert.is(stale.split('-')[1], fresh.split('-')[1])
        assert.is.not(stale.split('-')[2], fresh.split('-')[2])
        assert.is(traceIdOf(PREFIX, again.traceNumber), fresh.split('-')[1])
      },
    ))

  test('does not write into bytes that a socket has not let go of', async () => {
    const seen: SeenHeaders[] = []
    // The mark stands at the end of a head that is more than the kernel takes at once.
    const long = 'x'.repeat(8_000_000)
    const server = createServer({ maxHeaderSize: 10_000_000 }, (request, response) => {
      seen.push(request.headers)
      response.end('ok')
    })
    await withListening(server, (port) =>
      withDriver(
        httpPlugin,
        { url: `http://127.0.0.1:${port}` },
        async (driver) => {
          const request = driver.compile({ method: 'GET', path: '/', headers: { long } }, 'step')
          const all = await Promise.all([0, 1, 2, 3].map((agent) => drive(driver, request, { agent })))
          assert.ok(all.every(({ kind }) => kind === 'none'))
        },
        { tracing: aTracing() },
      ),
    )
    assert.equal(
      seen.map(({ long: kept }) => kept?.length),
      [0, 1, 2, 3].map(() => 8_000_000),
    )
    assert.is(new Set(seen.map((headers) => idsOf(headers).trace)).size, 4)
  })
})

describe('tracing over TLS', (test) => {
  test('marks each of many requests as its own', async () => {
    const seen: SeenHeaders[] = []
    const server = createSecureServer(LOCALHOST_TLS, (request, response) => {
      seen.push(request.headers)
      response.end('ok')
    })
    await withListening(server, (port) =>
      withDriver(
        httpPlugin,
        { url: `https://localhost:${port}`, tls: { ca: LOCALHOST_CERT_FILE } },
        async (driver) => {
          const request = driver.compile({ method: 'GET', path: '/' }, 'step')
          // Each next one is sent as soon as the one before is answered.
          const again = (agent: number, left: number, done: () => void) =>
            driver.start(
              anExchange(request, { agent }, () => (left > 1 ? again(agent, left - 1, done) : done())),
            )
          await Promise.all([0, 1, 2, 3].map((agent) => new Promise<void>((done) => again(agent, 25, done))))
        },
        { tracing: aTracing() },
      ),
    )
    assert.is(new Set(seen.map((headers) => idsOf(headers).trace)).size, 100)
  })
})

describe('tracing of the sandbox', (test) => {
  test('marks its requests as those of any HTTP server', async () => {
    const seen: SeenHeaders[] = []
    const server = createServer((request, response) => {
      seen.push(request.headers)
      response.end('ok')
    })
    await withListening(server, async (port) => {
      const driver = await sandboxPlugin.createDriver(
        { url: `http://127.0.0.1:${port}` },
        aDriverContext(createSystemClock(), { tracing: aTracing() }),
      )
      const { traceNumber } = await driveStep(sandboxPlugin, driver, { path: '/' })
      await driver.close()

      assert.is(idsOf(seen[0]).trace, traceIdOf(PREFIX, traceNumber))
      assert.is(seen[0]?.['x-correlation-id'], 'cor-1')
    })
  })
})
