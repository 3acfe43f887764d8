import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import { gzipSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { type DriveOptions, driveStep } from '../../../harness/contract/driven-exchange.ts'
import type { TargetDriver } from '../../../harness/ports/target.ts'
import type { HttpClient } from '../../../harness/targets/http/client.ts'
import { httpPlugin } from '../../../harness/targets/http/index.ts'
import { clientOf, withDriver } from '../../kit/drive.ts'
import { type Http2Server, type OnStream, withHttp2Server } from '../../kit/http2-server.ts'
import { describe } from '../../kit/suite.ts'
import { LOCALHOST_CERT_FILE } from '../../kit/tls.ts'

const clock = createSystemClock()
/** The most streams of a session at once. */
const STREAMS = 1_000

function answer(stream: ServerHttp2Stream, headers: OutgoingHttpHeaders, body: string | Buffer = ''): void {
  stream.respond({ ':status': 200, ...headers })
  stream.end(body)
}

function withPair(
  onStream: OnStream,
  body: (driver: TargetDriver, server: Http2Server) => Promise<void>,
  config: object = {},
  { connections = null, secure = false }: { connections?: number | null; secure?: boolean } = {},
): Promise<void> {
  const settings = { version: 2, tls: { ca: LOCALHOST_CERT_FILE }, ...config }
  return withHttp2Server(
    onStream,
    (server) =>
      withDriver(httpPlugin, { url: server.url, ...settings }, (driver) => body(driver, server), {
        connections,
      }),
    { secure },
  )
}

const get = (driver: TargetDriver, path = '/', options: DriveOptions = {}) =>
  driveStep(httpPlugin, driver, { path }, options)

describe('Http2Driver', (test) => {
  for (const secure of [false, true])
    test(`gives the whole answer ${secure ? 'over TLS' : 'without TLS'}`, () =>
      withPair(
        (stream) => answer(stream, { 'x-a': 'b', 'server-timing': 'db;dur=2' }, gzipSync('hello')),
        async (driver, server) => {
          const beforeMs = clock.nowMs()
          const seen = await get(driver, '/items?x={{x}}', { variables: { x: '1 2' } })

          assert.equal([seen.kind, seen.status, seen.header?.('X-A')], ['none', 200, 'b'])
          assert.equal(seen.components, [['db', 2]])
          assert.ok(
            beforeMs <= seen.sentMs && seen.sentMs <= seen.firstByteMs && seen.firstByteMs <= seen.doneMs,
          )
          assert.is(seen.bytesReceived, gzipSync('hello').length)
          const [request] = server.requests
          assert.equal(
            [request?.[':method'], request?.[':path'], request?.['user-agent']],
            ['GET', '/items?x=1%202', 'proofload'],
          )
          assert.is(request?.[':authority'], new URL(server.url).host)
        },
        {},
        { secure },
      ))

  test('decodes a kept body', () =>
    withPair(
      (stream) => answer(stream, { 'content-encoding': 'gzip' }, gzipSync('hello')),
      async (driver) => {
        assert.is((await get(driver)).text, 'hello')
      },
    ))

  test('keeps nothing of an answer that nobody reads', () =>
    withPair(
      (stream) => answer(stream, {}, 'hello'),
      async (driver) => {
        const seen = await get(driver, '/', { keepAnswer: false })

        assert.equal([seen.bytesReceived, seen.header, seen.body], [5, null, null])
      },
    ))

  test('sends bodies from code, and headers of the target, but none that only 1.1 knows', () => {
    const bodies: string[] = []
    return withPair(
      (stream) => {
        let body = ''
        stream.on('data', (piece) => {
          body += piece
        })
        stream.on('end', () => {
          bodies.push(body)
          answer(stream, {}, '{"id":7}')
        })
      },
      async (driver, server) => {
        const client = clientOf<HttpClient>(driver)
        const cart = await client.post('/cart', { json: { a: 'ü' }, headers: { connection: 'close' } })

        assert.is(cart.json<{ id: number }>().id, 7)
        assert.equal(bodies, ['{"a":"ü"}'])
        assert.equal(
          [server.requests[0]?.['x-key'], server.requests[0]?.['content-type']],
          ['k', 'application/json'],
        )
      },
      { headers: { 'x-key': 'k' } },
    )
  })

  test('gives every agent a session of its own, and its streams share it', () =>
    withPair(
      (stream) => answer(stream, {}),
      async (driver, server) => {
        for (let round = 0; round < 2; round++)
          await Promise.all([0, 0, 0, 1, 2].map((agent) => get(driver, '/', { agent })))

        assert.is(server.sessionCount, 3)
        assert.is(driver.stats().openConnections, 3)
      },
    ))

  for (const connections of [null, 1])
    test(`says what waited for its agent's own streams, and not for those of others: ${connections ?? 'own sessions'}`, () => {
      const held: ServerHttp2Stream[] = []
      return withPair(
        (stream, _headers, place) => {
          held.push(stream)
          // The first tells the client how many streams it may have.
          if (place === 0 || place >= STREAMS) for (const one of held.splice(0)) answer(one, {})
        },
        async (driver, server) => {
          await get(driver)
          const seen = await Promise.all(Array.from({ length: STREAMS + 20 }, () => get(driver)))

          assert.is(seen.filter(({ ownWaitMs }) => ownWaitMs > 0).length, connections === null ? 20 : 0)
          assert.is(server.sessionCount, 1)
        },
        {},
        { connections },
      )
    })

  test('shares a bounded number of sessions', () =>
    withPair(
      (stream) => answer(stream, {}),
      async (driver, server) => {
        await Promise.all([0, 1, 2, 3, 4, 5].map((agent) => get(driver, '/', { agent })))

        assert.is(server.sessionCount, 2)
      },
      {},
      { connections: 2 },
    ))

  test('keeps cookies for each agent', () =>
    withPair(
      (stream, _, place) => answer(stream, { 'set-cookie': [`id=${place}; Path=/`, 'x=y; Path=/'] }),
      async (driver, server) => {
        for (const agent of [0, 1, 0]) await get(driver, '/', { agent })
        driver.endSession(0)
        await get(driver, '/', { agent: 0 })

        assert.equal(
          server.requests.map(({ cookie }) => cookie),
          [undefined, undefined, 'id=0; x=y', undefined],
        )
      },
    ))

  test('follows redirects within the origin, and no further than allowed', () =>
    withPair(
      (stream, headers) => {
        if (headers[':path'] === '/end') answer(stream, {}, 'there')
        else answer(stream, { ':status': 302, location: headers[':path'] === '/1' ? '/end' : '/loop' })
      },
      async (driver, server) => {
        const seen = await driveStep(httpPlugin, driver, { method: 'POST', path: '/1', body: 'x' })
        assert.equal([seen.status, seen.text, server.requests[1]?.[':method']], [200, 'there', 'GET'])

        const looping = await get(driver, '/loop')
        assert.equal([looping.kind, server.requests.length], ['protocol', 2 + 4])
      },
      { followRedirects: 3 },
    ))
})
