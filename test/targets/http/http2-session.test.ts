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
import type { Http2Driver } from '../../../harness/targets/http/http2-driver.ts'
import { httpPlugin } from '../../../harness/targets/http/index.ts'
import { withDriver } from '../../kit/drive.ts'
import {
  answer,
  CONTINUATION,
  data,
  END_HEADERS,
  END_STREAM,
  type FrameBehaviour,
  type FrameServer,
  field,
  frame,
  goaway,
  HEADERS,
  head,
  lastData,
  PING,
  reset,
  SETTINGS,
  STATUS_200,
  setting,
  wholeHead,
  withFrameServer,
} from '../../kit/frame-server.ts'
import { onlyLimit } from '../../kit/only-limit.ts'
import { describe } from '../../kit/suite.ts'

const clock = createSystemClock()
const ENHANCE_YOUR_CALM = 11
const REFUSED_STREAM = 7
const MAX_CONCURRENT_STREAMS = 3

function withPair(
  behaviour: FrameBehaviour,
  body: (driver: TargetDriver, server: FrameServer) => Promise<void>,
  connections: number | null = null,
): Promise<void> {
  return withFrameServer(behaviour, (server) =>
    withDriver(httpPlugin, { url: server.url, version: 2 }, (driver) => body(driver, server), {
      connections,
    }),
  )
}

const send = (driver: TargetDriver, options: DriveOptions = {}, method = 'GET') =>
  driveStep(httpPlugin, driver, { method, path: '/' }, options)

const resentOf = (driver: TargetDriver) => (driver as Http2Driver).stats().resent

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise<void>((resolve) => clock.soon(resolve))
}

/** Writes a frame over and over, until the client has closed the connection. */
function flood(socket: Socket, one: Buffer): void {
  if (socket.destroyed || !socket.writable) return
  socket.write(Buffer.concat(Array(100).fill(one)), () => setImmediate(() => flood(socket, one)))
}

const kindsOf = (seen: readonly DrivenExchange[]) => seen.map(({ kind }) => kind)

describe('Http2Session', (test) => {
  test('ends in order: its streams are answered, and the next request goes to another at once', () => {
    let ended: Socket | undefined
    return withPair(
      {
        onRequest(socket, { stream, place }) {
          if (place > 0) return void socket.write(answer(stream))
          ended = socket
          socket.write(goaway(stream))
        },
      },
      async (driver, server) => {
        const first = send(driver)
        await until(() => server.requests.length === 1)
        assert.is((await send(driver)).kind, 'none')
        assert.is(driver.stats().openConnections, 2)
        ended?.write(answer(1))

        assert.is((await first).kind, 'none')
        await until(() => driver.stats().openConnections === 1)
        assert.is(server.connectionCount, 2)
      },
    )
  })

  for (const method of ['GET', 'POST'])
    test(`sends a ${method} that the server has not taken once more, on another session`, () =>
      withPair(
        {
          onRequest(socket, { stream, connection }) {
            if (connection > 0) socket.write(answer(stream))
            else if (stream === 3) socket.write(Buffer.concat([goaway(1), answer(1)]))
          },
        },
        async (driver, server) => {
          const seen = await Promise.all([send(driver, {}, method), send(driver, {}, method)])

          assert.equal(kindsOf(seen), ['none', 'none'])
          assert.equal(
            server.requests.map(({ stream, connection }) => [connection, stream]),
            [
              [0, 1],
              [0, 3],
              [1, 1],
            ],
          )
          assert.is(resentOf(driver), 1)
          assert.equal(
            seen.map(({ settledCount }) => settledCount),
            [1, 1],
          )
        },
      ))

  const refusals: readonly (readonly [title: string, behaviour: FrameBehaviour])[] = [
    [
      'refuses each stream',
      { onRequest: (socket, { stream }) => void socket.write(reset(stream, REFUSED_STREAM)) },
    ],
    ['ends each session at once', { onConnection: (socket) => void socket.write(goaway(0)) }],
    ['ends each session at its first request', { onRequest: (socket) => void socket.write(goaway(0)) }],
  ]
  for (const [title, behaviour] of refusals)
    test(`sends a request twice and no more to a server that ${title}`, () =>
      withPair(behaviour, async (driver, server) => {
        const seen = await send(driver)

        assert.equal([seen.kind, seen.settledCount, resentOf(driver)], ['reset', 1, 1])
        assert.equal([server.requests.length, server.connectionCount], [2, 2])
      }))

  test('keeps to what the server allows on the session that follows, from its first stream on', () => {
    const open = [0, 0]
    let openMax = 0
    return withPair(
      {
        settings: setting(MAX_CONCURRENT_STREAMS, 1),
        onRequest(socket, { stream, connection }) {
          // The first session had not been told when it sent them all.
          if (connection === 0 && stream > 1) return void socket.write(reset(stream, REFUSED_STREAM))
          openMax = Math.max(openMax, ++(open as [number, number])[connection as 0 | 1])
          setImmediate(() => {
            ;(open as [number, number])[connection as 0 | 1]--
            socket.write(answer(stream))
          })
        },
      },
      async (driver, server) => {
        const seen = await Promise.all(Array.from({ length: 5 }, () => send(driver)))

        assert.equal(kindsOf(seen), Array(5).fill('none'))
        assert.equal(
          [server.connectionCount, server.requests.length, resentOf(driver), openMax],
          [2, 9, 4, 1],
        )
      },
    )
  })

  test('loses nobody when all sessions end at once, as those of servers do that count requests', () =>
    withPair(
      {
        onRequest(socket, { stream }) {
          if (stream <= 9) socket.write(answer(stream))
          if (stream === 9) socket.write(goaway(9))
        },
      },
      async (driver, server) => {
        const seen: DrivenExchange[] = []
        const agent = async (number: number) => {
          for (let round = 0; round < 10; round++) seen.push(await send(driver, { agent: number }))
        }
        await Promise.all([0, 1, 2, 3].map(agent))

        assert.equal(kindsOf(seen), Array(40).fill('none'))
        assert.ok(seen.every(({ settledCount }) => settledCount === 1))
        assert.ok(server.requests.length <= 40 + resentOf(driver))
      },
      2,
    ))

  test('takes an error of the server for the session as the failure of what it cuts off, and of nothing else', () =>
    withPair(
      {
        onRequest(socket, { stream, connection }) {
          if (connection > 0) socket.write(answer(stream))
          else if (stream === 3)
            socket.write(Buffer.concat([answer(1), goaway(1, ENHANCE_YOUR_CALM, 'calm')]))
        },
      },
      async (driver, server) => {
        const seen = await Promise.all([send(driver), send(driver)])

        assert.equal(kindsOf(seen), ['none', 'reset'])
        assert.match(seen[1]?.errorText, 'ENHANCE_YOUR_CALM')
        assert.is((await send(driver)).kind, 'none')
        assert.equal([server.requests.length, resentOf(driver)], [3, 0])
      },
    ))

  test('sends a request again that found an idle session closed, if it may be sent twice', () =>
    withPair(
      {
        onRequest(socket, { stream }) {
          if (stream === 1) socket.write(answer(stream))
          else socket.end()
        },
      },
      async (driver, server) => {
        assert.equal(kindsOf([await send(driver), await send(driver)]), ['none', 'none'])
        assert.equal([server.connectionCount, resentOf(driver)], [2, 1])

        assert.is((await send(driver, {}, 'POST')).kind, 'reset')
        assert.is(resentOf(driver), 1)
      },
    ))

  test('sends nothing again that is cut off on a session that was not idle', () =>
    withPair(
      {
        onRequest(socket, { stream, connection }) {
          if (stream === 1 || connection > 0) socket.write(answer(stream))
          if (stream === 5) socket.write(answer(stream), () => socket.end())
        },
      },
      async (driver) => {
        await send(driver)
        const seen = await Promise.all([send(driver), send(driver)])

        assert.equal(kindsOf(seen), ['reset', 'none'])
        assert.is(resentOf(driver), 0)
      },
    ))

  test('carries no more streams at once than the server allows; who waits is counted, and sent later', () => {
    let open = 0
    let openMax = 0
    return withPair(
      {
        settings: setting(MAX_CONCURRENT_STREAMS, 2),
        onRequest(socket, { stream }) {
          openMax = Math.max(openMax, ++open)
          setImmediate(() => {
            open--
            socket.write(answer(stream))
          })
        },
      },
      async (driver) => {
        await send(driver)
        openMax = 0
        const all = Promise.all(Array.from({ length: 9 }, () => send(driver)))
        assert.is(driver.stats().waiting, 7)
        const seen = await all

        assert.equal(kindsOf(seen), Array(9).fill('none'))
        assert.equal([openMax, driver.stats().waiting], [2, 0])
        const [first] = seen
        assert.ok(seen.slice(2).every(({ sentMs }) => sentMs >= (first?.sentMs ?? 0)))
        assert.ok((seen[8]?.sentMs ?? 0) >= (first?.doneMs ?? Number.POSITIVE_INFINITY))
      },
    )
  })

  test('waits for a server that allows no stream, as long as the whole may take, and sends when it may', () => {
    let allow: () => void = () => undefined
    return withPair(
      {
        settings: setting(MAX_CONCURRENT_STREAMS, 0),
        onConnection(socket) {
          allow = () => void socket.write(frame(SETTINGS, 0, 0, setting(MAX_CONCURRENT_STREAMS, 1)))
        },
        onRequest: (socket, { stream }) => void socket.write(answer(stream)),
      },
      async (driver, server) => {
        await send(driver)
        const before = server.requests.length
        const seen = await send(driver, { timeouts: onlyLimit('timeout-total') })
        assert.equal([seen.kind, seen.sentMs, driver.stats().waiting], ['timeout-total', 0, 0])

        const waiting = send(driver)
        assert.is(driver.stats().waiting, 1)
        allow()
        assert.is((await waiting).kind, 'none')
        assert.is(server.requests.length, before + 1)
      },
    )
  })

  const floods: readonly (readonly [title: string, frames: Buffer])[] = [
    ['PING', frame(PING, 0, 0, Buffer.alloc(8))],
    ['SETTINGS', frame(SETTINGS, 0, 0, setting(MAX_CONCURRENT_STREAMS, 100))],
    ['empty SETTINGS', frame(SETTINGS, 0, 0)],
  ]
  for (const [title, one] of floods)
    test(`ends when the server floods it with ${title}, and the next is opened`, () =>
      withPair(
        {
          onRequest(socket, { stream, place }) {
            if (place > 0) socket.write(answer(stream))
            else flood(socket, one)
          },
        },
        async (driver, server) => {
          const flooded = await send(driver)
          assert.is(flooded.kind, 'protocol')
          assert.match(flooded.errorText, 'PING and SETTINGS')

          assert.equal([(await send(driver)).kind, server.connectionCount], ['none', 2])
        },
      ))

  test('bears what a lively server sends', () =>
    withPair(
      {
        onRequest(socket, { stream }) {
          const pings = Array(100).fill(frame(PING, 0, 0, Buffer.alloc(8)))
          socket.write(Buffer.concat([...pings, answer(stream)]))
        },
      },
      async (driver, server) => {
        for (let round = 0; round < 5; round++) assert.is((await send(driver)).kind, 'none')
        assert.is(server.connectionCount, 1)
      },
    ))

  const unseen: readonly (readonly [title: string, frames: (stream: number) => Buffer])[] = [
    ['fields that cannot be decoded', (stream) => wholeHead(stream, Buffer.alloc(6, 0xff))],
    ['a body before its head', (stream) => data(stream, 'x')],
    [
      'a frame that is too long',
      (stream) => Buffer.concat([head(stream), lastData(stream, 'x'.repeat(20_000))]),
    ],
    ['a continuation of nothing', (stream) => frame(CONTINUATION, END_HEADERS, stream, STATUS_200)],
  ]
  for (const [title, frames] of unseen)
    test(`is found broken when nghttp2 gave it up for ${title}, and is not used again`, () =>
      withPair(
        {
          onRequest: (socket, { stream, connection }) =>
            void socket.write(connection === 0 ? frames(stream) : answer(stream)),
        },
        async (driver, server) => {
          // It is looked for when an answer is due.
          const timeouts = onlyLimit('timeout-first-byte')
          const agents = [send(driver, { timeouts }), send(driver, { timeouts })]

          assert.equal(kindsOf(await Promise.all(agents)), ['protocol', 'protocol'])
          assert.equal([(await send(driver)).kind, server.connectionCount], ['none', 2])
          await until(() => driver.stats().openConnections === 1)
        },
      ))

  test('is left for another when it answers nothing, and kept when it answers others', () =>
    withPair(
      {
        onRequest(socket, { stream, connection }) {
          if (connection > 0 && stream !== 1) socket.write(answer(stream))
        },
      },
      async (driver, server) => {
        assert.is(
          (await send(driver, { timeouts: onlyLimit('timeout-first-byte') })).kind,
          'timeout-first-byte',
        )
        const unanswered = send(driver, { timeouts: onlyLimit('timeout-first-byte') })
        assert.is((await send(driver)).kind, 'none')
        assert.is((await unanswered).kind, 'timeout-first-byte')

        assert.is((await send(driver)).kind, 'none')
        assert.is(server.connectionCount, 2)
      },
    ))

  test('closes its connection when it has ended, whatever the server does about its own side', () =>
    withPair(
      {
        onRequest: (socket, { stream }) => void socket.write(Buffer.concat([answer(stream), goaway(stream)])),
      },
      async (driver) => {
        assert.is((await send(driver)).kind, 'none')
        await until(() => driver.stats().openConnections === 0)
      },
    ))

  test('takes a head that is larger than a head may be for what it is', () => {
    const values = Array.from({ length: 6 }, (_, place) => field(`x-${place}`, 'x'.repeat(12_000)))
    return withPair(
      {
        onRequest(socket, { stream }) {
          const [first = STATUS_200, ...rest] = values
          socket.write(frame(HEADERS, END_STREAM, stream, Buffer.concat([STATUS_200, first])))
          for (const [place, value] of rest.entries())
            socket.write(frame(CONTINUATION, place === rest.length - 1 ? END_HEADERS : 0, stream, value))
        },
      },
      async (driver) => {
        assert.is((await send(driver)).kind, 'too-large')
      },
    )
  })

  test('settles nothing twice when all of it is given up in the middle', () =>
    withPair({ settings: setting(MAX_CONCURRENT_STREAMS, 1) }, async (driver, server) => {
      const settled: DrivenExchange[] = []
      const exchanges = Array.from({ length: 3 }, () =>
        anExchange(driver.compile({ method: 'GET', path: '/' }, 'step'), {}, (done) => settled.push(done)),
      )
      for (const exchange of exchanges) driver.start(exchange)
      await until(() => server.requests.length > 0)
      for (const exchange of exchanges) driver.abort(exchange)
      await until(() => settled.length === 3)
      await driver.close()

      assert.equal(
        settled.map(({ kind, settledCount }) => [kind, settledCount]),
        Array(3).fill(['aborted', 1]),
      )
    }))
})
