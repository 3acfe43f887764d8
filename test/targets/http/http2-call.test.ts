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
import { withDriver } from '../../kit/drive.ts'
import { type Http2Server, type OnStream, withHttp2Server } from '../../kit/http2-server.ts'
import { onlyLimit } from '../../kit/only-limit.ts'
import { withRawServer } from '../../kit/raw-server.ts'
import { describe } from '../../kit/suite.ts'

const clock = createSystemClock()

function withPair(
  onStream: OnStream,
  body: (driver: TargetDriver, server: Http2Server) => Promise<void>,
  config: object = {},
): Promise<void> {
  return withHttp2Server(onStream, (server) =>
    withDriver(httpPlugin, { url: server.url, version: 2, ...config }, (driver) => body(driver, server)),
  )
}

const get = (driver: TargetDriver, options: DriveOptions = {}) =>
  driveStep(httpPlugin, driver, { path: '/' }, options)

const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise<void>((resolve) => clock.soon(resolve))
}

describe('Http2Call', (test) => {
  const endings: readonly (readonly [title: string, behaviour: OnStream, kind: string])[] = [
    ['resets the stream', (stream) => stream.close(2), 'reset'],
    ['closes the session', (_stream, _headers, _place, session) => session.destroy(), 'reset'],
    [
      'resets the stream in mid-body',
      (stream) => {
        stream.respond({ ':status': 200 })
        stream.write('half', () => setTimeout(() => stream.destroy(new Error('broken')), 10))
      },
      'reset',
    ],
    ['says nothing', () => undefined, 'timeout-first-byte'],
    [
      'falls silent in mid-body',
      (stream) => {
        stream.respond({ ':status': 200 })
        stream.write('half')
      },
      'timeout-total',
    ],
    [
      'never stops',
      (stream) => {
        stream.respond({ ':status': 200 })
        const more = () => {
          while (!stream.destroyed && stream.write('x'.repeat(10_000)));
        }
        stream.on('drain', more)
        more()
      },
      'too-large',
    ],
  ]
  for (const [title, behaviour, kind] of endings)
    test(`is ${kind} when the server ${title}, and the agent goes on`, () =>
      withPair(
        (stream, headers, place, session) => {
          if (place === 0) return behaviour(stream, headers, place, session)
          stream.respond({ ':status': 204 })
          stream.end()
        },
        async (driver) => {
          const seen = await get(driver, { timeouts: onlyLimit(kind) })
          assert.is(seen.kind, kind)
          assert.not.equal(seen.errorText, '')

          assert.equal([(await get(driver)).status, seen.settledCount], [204, 1])
        },
        { maxBody: '100KiB' },
      ))

  test('keeps a body that comes byte by byte whole', () => {
    const bytes = [...'a body that comes in very small pieces']
    return withPair(
      (stream) => {
        stream.respond({ ':status': 200 })
        const next = (at: number): void => {
          if (at === bytes.length) return void stream.end()
          stream.write(bytes[at], () => next(at + 1))
        }
        next(0)
      },
      async (driver) => assert.is((await get(driver)).text, bytes.join('')),
    )
  })

  test('is a protocol error when the server speaks something else', () =>
    withRawServer(
      { onConnection: (socket) => socket.write('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n') },
      ({ url }) =>
        withDriver(httpPlugin, { url, version: 2 }, async (driver) => {
          assert.is((await get(driver)).kind, 'protocol')
        }),
    ))

  test('fails when a variable is missing, and sends nothing', () =>
    withPair(
      () => undefined,
      async (driver, server) => {
        const seen = await driveStep(httpPlugin, driver, { path: '/{{id}}' })

        assert.equal([seen.kind, server.requests.length], ['code', 0])
      },
    ))

  test('is aborted once, wherever it stands', () =>
    withPair(
      (stream, _, place) => {
        if (place > 0) return
        stream.respond({ ':status': 200 })
        stream.write('half')
      },
      async (driver, server) => {
        const settled: DrivenExchange[] = []
        const start = (agent: number) => {
          const exchange = anExchange(
            driver.compile({ method: 'GET', path: '/' }, 'step'),
            { agent },
            (done) => settled.push(done),
          )
          driver.start(exchange)
          return exchange
        }
        const reading = start(0)
        await until(() => reading.firstByteMs > 0)
        const silent = start(1)
        await until(() => server.requests.length === 2)
        const connecting = start(2)
        for (const exchange of [reading, silent, connecting, silent]) driver.abort(exchange)
        assert.is(settled.length, 0)

        await until(() => settled.length === 3)
        await until(() => driver.stats().openConnections >= 2)
        assert.equal(
          settled.map(({ kind, settledCount }) => [kind, settledCount]),
          Array(3).fill(['aborted', 1]),
        )
      },
    ))
})
