/** Servers that break off, stall, refuse or send too much: each exchange settles once, with the kind that says why. */
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { status } from '@grpc/grpc-js'
import * as assert from 'uvu/assert'
import {
  type DrivenExchange,
  type DriveOptions,
  driveStep,
} from '../../../harness/contract/driven-exchange.ts'
import { grpcPlugin } from '../../../harness/targets/grpc/index.ts'
import { withDriver } from '../../kit/drive.ts'
import {
  data,
  END_HEADERS,
  END_STREAM,
  type FrameBehaviour,
  field,
  frame,
  goaway,
  HEADERS,
  head,
  reset,
  STATUS_200,
  withFrameServer,
} from '../../kit/frame-server.ts'
import { type GrpcBehaviour, ROUTE_PROTO, serveGrpc, withGrpcServer } from '../../kit/grpc-server.ts'
import { onlyLimit } from '../../kit/only-limit.ts'
import { closedPort } from '../../kit/raw-server.ts'
import { describe } from '../../kit/suite.ts'

type Request = Readonly<Record<string, unknown>>
type Ask = (request: Request, options?: DriveOptions) => Promise<DrivenExchange>

const GET = { unary: 'route.Guide/GetFeature', message: { latitude: 1 } }
const LIST = { serverStream: 'route.Guide/List', message: { points: 3 } }
const RECORD = { clientStream: 'route.Guide/Record', send: { count: 3 } }
const CHAT = { bidi: 'route.Guide/Chat', send: { count: 3 } }
const ALL = [GET, LIST, RECORD, CHAT]
const SHORT: DriveOptions = { timeouts: { firstByteMs: 150 } }
const CONTENT_TYPE = field('content-type', 'application/grpc')

const asking = (address: string, body: (ask: Ask) => Promise<void>, config: Request = {}) =>
  withDriver(grpcPlugin, { address, protos: [ROUTE_PROTO], ...config }, (driver) =>
    body((request, options) => driveStep(grpcPlugin, driver, request, options)),
  )
const against = (behaviour: GrpcBehaviour, body: (ask: Ask) => Promise<void>, config: Request = {}) =>
  withGrpcServer(behaviour, ({ address }) => asking(address, body, config))
const framing = (behaviour: FrameBehaviour, body: (ask: Ask, connections: () => number) => Promise<void>) =>
  withFrameServer(behaviour, (server) =>
    asking(new URL(server.url).host, (ask) => body(ask, () => server.connectionCount)),
  )

/** A message on the wire. */
const message = (bytes: string) => `\0\0\0\0${String.fromCharCode(bytes.length)}${bytes}`
/** The end of an answer. */
const trailers = (stream: number, code: number, text = '') =>
  frame(
    HEADERS,
    END_HEADERS | END_STREAM,
    stream,
    Buffer.concat([
      field('grpc-status', String(code)),
      ...(text === '' ? [] : [field('grpc-message', text)]),
    ]),
  )
const answer = (stream: number) =>
  Buffer.concat([head(stream, CONTENT_TYPE), data(stream, message('\n\u0001a')), trailers(stream, 0)])

describe('A gRPC server that is not there', (test) => {
  test('is refused to each call at once, and nothing is queued', async () => {
    const port = await closedPort()
    await asking(`127.0.0.1:${port}`, async (ask) => {
      for (const request of [...ALL, ...ALL]) {
        const { kind, sentMs, errorText, settledCount } = await ask(request)
        assert.equal([kind, sentMs, settledCount], ['refused', 0, 1], errorText)
      }
    })
  })

  test('is found when it comes, by the next call', async () => {
    const port = await closedPort()
    await asking(`127.0.0.1:${port}`, async (ask) => {
      const before = await ask(GET)
      const served = await serveGrpc({}, port)
      const after = await ask(GET)
      served.stop()
      const gone = await ask(GET)
      const again = await serveGrpc({}, port)
      const back = await ask(GET)
      again.stop()

      assert.equal([before.kind, after.kind, back.kind], ['refused', 'none', 'none'])
      assert.ok(['refused', 'reset'].includes(gone.kind), gone.kind)
      assert.ok(after.connectMs > 0 && back.connectMs > 0)
    })
  })

  test('does not know its own name', () =>
    asking('no-such-host.invalid:50051', async (ask) => {
      const { kind } = await ask(GET, { timeouts: { connectMs: 5000 } })

      assert.ok(['dns', 'timeout-connect'].includes(kind), kind)
    }))

  test('accepts, and says nothing', async () => {
    const sockets: Socket[] = []
    const server = createServer((socket) => {
      sockets.push(socket)
      socket.on('error', () => undefined)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    await asking(`127.0.0.1:${(server.address() as AddressInfo).port}`, async (ask) => {
      const { kind, settledCount } = await ask(GET, { timeouts: { connectMs: 150, firstByteMs: 150 } })

      assert.ok(['timeout-connect', 'timeout-first-byte'].includes(kind), kind)
      assert.is(settledCount, 1)
    })
    for (const socket of sockets) socket.destroy()
    server.close()
  })
})

describe('A gRPC server that breaks off', (test) => {
  for (const request of ALL)
    test(`is killed in the middle of ${Object.keys(request)[0]}: the call is reset, once, and the next is good`, async () => {
      let port = 0
      const first = await serveGrpc({
        unary: () => first.stop(),
        list: () => first.stop(),
        record: () => first.stop(),
        chat: () => first.stop(),
      })
      port = Number(first.address.split(':')[1])
      await asking(first.address, async (ask) => {
        const broken = await ask(request)
        const second = await serveGrpc({}, port)
        const next = await ask(request)
        second.stop()

        assert.equal([broken.kind, broken.settledCount], ['reset', 1], broken.errorText)
        assert.is(next.kind, 'none', next.errorText)
      })
    })

  for (const code of [0, 2, 7, 8, 11])
    test(`resets the stream with ${code}: the call is seen once`, () => {
      let calls = 0
      return framing(
        {
          onRequest(socket, { stream }) {
            calls++
            socket.write(calls === 1 ? reset(stream, code) : answer(stream))
          },
        },
        async (ask) => {
          const { kind, errorText, settledCount } = await ask(GET)

          assert.equal([kind, settledCount, calls], ['reset', 1, 1], errorText)
          assert.is((await ask(GET)).kind, 'none')
        },
      )
    })

  test('goes away, and finishes what it has', () =>
    framing(
      { onRequest: (socket, { stream }) => socket.write(Buffer.concat([goaway(stream), answer(stream)])) },
      async (ask, connections) => {
        const kinds = [(await ask(GET)).kind, (await ask(GET)).kind]

        assert.equal([kinds, connections()], [['none', 'none'], 2])
      },
    ))

  test('goes away in the middle of a stream', () =>
    framing(
      {
        onRequest(socket, { stream }) {
          socket.write(Buffer.concat([head(stream, CONTENT_TYPE), data(stream, message('')), goaway(0, 2)]))
          socket.end()
        },
      },
      async (ask) => {
        const { kind, items, settledCount } = await ask(LIST)

        assert.equal([kind, settledCount], ['reset', 1])
        assert.ok(items <= 1)
      },
    ))

  test('ends a stream without a status', () =>
    framing(
      {
        onRequest: (socket, { stream }) =>
          socket.write(Buffer.concat([head(stream, CONTENT_TYPE), frame(0, END_STREAM, stream)])),
      },
      async (ask) => assert.is((await ask(LIST)).kind, 'reset'),
    ))

  test('is no HTTP/2 server', () =>
    framing(
      { settings: null, onConnection: (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n') },
      async (ask) => {
        const { kind, settledCount } = await ask(GET, { timeouts: { connectMs: 1000, firstByteMs: 1000 } })

        assert.is(settledCount, 1)
        assert.ok(['connect', 'reset', 'timeout-connect', 'protocol'].includes(kind), kind)
      },
    ))
})

describe('A gRPC server that answers wrong', (test) => {
  test('with more than is taken', () =>
    against(
      {
        unary: (_, send) => send(null, { name: 'x'.repeat(2000) }),
        list: (call) => call.write({ name: 'x'.repeat(2000) }),
      },
      async (ask) => {
        assert.equal([(await ask(GET)).kind, (await ask(LIST)).kind], ['too-large', 'too-large'])
      },
      { maxMessage: '1KiB' },
    ))

  test('with bytes that are no message', () =>
    framing(
      {
        onRequest: (socket, { stream }) =>
          socket.write(
            Buffer.concat([
              head(stream, CONTENT_TYPE),
              data(stream, message('\u0012\u007fx')),
              trailers(stream, 0),
            ]),
          ),
      },
      async (ask) => {
        const { kind, errorText } = await ask(GET)

        assert.is(kind, 'protocol')
        assert.match(errorText, 'cannot be decoded')
      },
    ))

  test('with no message at all', () =>
    framing(
      {
        onRequest: (socket, { stream }) =>
          socket.write(Buffer.concat([head(stream, CONTENT_TYPE), trailers(stream, 0)])),
      },
      async (ask) => assert.is((await ask(GET)).kind, 'incomplete'),
    ))

  test('with a status in the first headers', () =>
    framing(
      {
        onRequest: (socket, { stream }) =>
          socket.write(
            frame(
              HEADERS,
              END_HEADERS | END_STREAM,
              stream,
              Buffer.concat([
                STATUS_200,
                CONTENT_TYPE,
                field('grpc-status', '16'),
                field('grpc-message', 'who?'),
              ]),
            ),
          ),
      },
      async (ask) => {
        const { kind, status: got, header } = await ask(GET)

        assert.equal([kind, got, header?.('grpc-message')], ['none', status.UNAUTHENTICATED, 'who?'])
      },
    ))

  test('with a status of its own for everything: it is the status, whatever it is', async () => {
    for (const code of [
      status.UNAVAILABLE,
      status.DEADLINE_EXCEEDED,
      status.CANCELLED,
      status.RESOURCE_EXHAUSTED,
    ])
      await against(
        {
          unary: (_, send) => send({ code, details: 'as it pleases' }),
          list: (call) => void call.emit('error', { code, details: 'as it pleases' }),
        },
        async (ask) => {
          const [unary, list] = [await ask(GET), await ask(LIST)]

          assert.equal([unary.kind, unary.status, list.kind, list.status], ['none', code, 'none', code])
        },
      )
  })
})

describe('A gRPC server that does not answer', (test) => {
  const silent: GrpcBehaviour = {
    unary: () => undefined,
    list: () => undefined,
    record: (call) => void call.resume(),
    chat: (call) => void call.resume(),
  }
  for (const request of ALL)
    test(`${Object.keys(request)[0]}: it is given up, and cancelled`, () =>
      against(silent, async (ask) => {
        const first = await ask(request, SHORT)
        const total = await ask(request, { timeouts: { totalMs: 100 } })

        assert.equal([first.kind, total.kind], ['timeout-first-byte', 'timeout-total'])
        assert.ok(first.doneMs - first.sentMs >= 149)
      }))

  test('any more after its first message', () =>
    against({ list: (call) => void call.write({ name: 'one' }) }, async (ask) => {
      const { kind, items } = await ask(LIST, { timeouts: onlyLimit('timeout-total') })

      assert.equal([kind, items], ['timeout-total', 1])
    }))

  test('and reads nothing: what is sent waits for it', () =>
    against({ record: (call) => void call.pause() }, async (ask) => {
      const send = { message: { latitude: '{{$i}}' }, count: 1_000_000 }
      const { kind, measured } = await ask(
        { clientStream: 'route.Guide/Record', send },
        { timeouts: { totalMs: 300 } },
      )
      const sent = measured.filter(([name]) => name === 'messages_out').length

      assert.is(kind, 'timeout-total')
      assert.ok(sent < 1_000_000, `${sent}`)
    }))

  test('when a thousand ask at once, and each is told', () =>
    against(silent, async (ask) => {
      const asked = Array.from({ length: 1000 }, () => ask(GET, { timeouts: { totalMs: 500 } }))
      const kinds = new Set(
        (await Promise.all(asked)).map(({ kind, settledCount }) => `${kind} ${settledCount}`),
      )

      assert.equal([...kinds], ['timeout-total 1'])
    }))
})
