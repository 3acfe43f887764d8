/** All kinds of calls, against a server over the library. */
import { Metadata, status } from '@grpc/grpc-js'
import * as assert from 'uvu/assert'
import {
  type DrivenExchange,
  type DriveOptions,
  driveStep,
} from '../../../harness/contract/driven-exchange.ts'
import type { GrpcClient } from '../../../harness/targets/grpc/client.ts'
import { grpcPlugin } from '../../../harness/targets/grpc/index.ts'
import { clientOf, withDriver } from '../../kit/drive.ts'
import { type GrpcBehaviour, ROUTE_PROTO, withGrpcServer } from '../../kit/grpc-server.ts'
import { describe } from '../../kit/suite.ts'

type Request = Readonly<Record<string, unknown>>
type Ask = (request: Request, options?: DriveOptions) => Promise<DrivenExchange>

const GET = 'route.Guide/GetFeature'
const LIST = 'route.Guide/List'
const RECORD = 'route.Guide/Record'
const CHAT = 'route.Guide/Chat'

function against(
  behaviour: GrpcBehaviour,
  body: (ask: Ask) => Promise<void>,
  config: Request = {},
): Promise<void> {
  return withGrpcServer(behaviour, ({ address }) =>
    withDriver(grpcPlugin, { address, protos: [ROUTE_PROTO], ...config }, (driver) =>
      body((request, options) => driveStep(grpcPlugin, driver, request, options)),
    ),
  )
}

const countOf = ({ measured }: DrivenExchange, name: string) =>
  measured.filter(([measure]) => measure === name).length

describe('A unary call', (test) => {
  test('is answered with a message, as JSON, over a connection that stays', () =>
    against({}, async (ask) => {
      const request = { unary: GET, message: { latitude: '{{lat}}', longitude: 2 } }
      const first = await ask(request, { variables: { lat: '7' } })
      const second = await ask(request, { variables: { lat: '8' }, keepAnswer: false })

      assert.equal([first.kind, first.status, first.items, second.kind], ['none', 0, 1, 'none'])
      assert.equal(JSON.parse(first.text), { name: 'here', location: { latitude: 7, longitude: 2 } })
      assert.ok(first.connectMs > 0)
      assert.equal([second.connectMs, second.body], [0, null])
      assert.equal([first.bytesSent, first.bytesReceived], [9, 17])
      assert.equal([countOf(first, 'headers_time'), countOf(first, 'first_message_time')], [1, 0])
    }))

  test('has a status that its step judges, with its text and trailers', () =>
    against(
      {
        unary(_, answer) {
          const metadata = new Metadata()
          metadata.set('x-reason', 'none')
          answer({ code: status.NOT_FOUND, details: 'no such point', metadata })
        },
      },
      async (ask) => {
        const { kind, status: got, header, items } = await ask({ unary: GET })

        assert.equal([kind, got, items], ['none', status.NOT_FOUND, 0])
        assert.equal([header?.('grpc-message'), header?.('x-reason')], ['no such point', 'none'])
        assert.not.ok(grpcPlugin.status.isGood(got))
      },
    ))

  test('carries metadata of the target and of the step, secrets included', () => {
    const seen: unknown[] = []
    return against(
      {
        unary({ metadata }, answer) {
          const of = (key: string) => metadata.get(key).join()
          seen.push([of('authorization'), of('x-a'), of('x-b'), of('user-agent').split(' ')[0]])
          answer(null, {})
        },
      },
      async (ask) => {
        const variables = { 'secret.TOKEN': 't0', agent: '7' }
        await ask({ unary: GET, metadata: { 'x-b': '{{agent}}' } }, { variables })
        await ask({ unary: GET }, { variables })

        assert.equal(seen, [
          ['Bearer t0', 'a', '7', 'proofload'],
          ['Bearer t0', 'a', 'b', 'proofload'],
        ])
      },
      { metadata: { authorization: 'Bearer {{secret.TOKEN}}', 'x-a': 'a', 'x-b': 'b' } },
    )
  })

  test('fails by name when a variable is not set', () =>
    against({}, async (ask) => {
      for (const request of [
        { unary: GET, message: { latitude: '{{none}}' } },
        { unary: GET, metadata: { 'x-a': '{{none}}' } },
        { clientStream: RECORD, send: { message: { latitude: '{{none}}' } } },
      ]) {
        const { kind, errorText, settledCount } = await ask(request)
        assert.equal([kind, errorText, settledCount], ['code', "the variable 'none' is not set", 1])
      }
    }))

  test('goes over as many connections as there are, or one an agent', async () => {
    const peers = new Set<string>()
    const behaviour: GrpcBehaviour = {
      unary(call, answer) {
        peers.add(call.getPeer())
        answer(null, {})
      },
    }
    for (const [connections, wanted] of [
      [1, 1],
      [2, 2],
      [null, 4],
    ] as const) {
      peers.clear()
      await withGrpcServer(behaviour, ({ address }) =>
        withDriver(
          grpcPlugin,
          { address, protos: [ROUTE_PROTO] },
          async (driver) => {
            await Promise.all(
              [0, 1, 2, 3].map((agent) => driveStep(grpcPlugin, driver, { unary: GET }, { agent })),
            )
            assert.is(driver.stats().openConnections, wanted)
          },
          { connections },
        ),
      )
      assert.is(peers.size, wanted)
    }
  })
})

describe('A stream of answers', (test) => {
  test('is read to its end: the first message, the gaps, the last', () =>
    against({}, async (ask) => {
      const answer = await ask({ serverStream: LIST, message: { points: 5 } })

      assert.equal([answer.kind, answer.status, answer.items], ['none', 0, 5])
      assert.is(JSON.parse(answer.text).name, 'feature 4')
      assert.equal(
        ['first_message_time', 'message_gap', 'messages_in', 'messages_out'].map((name) =>
          countOf(answer, name),
        ),
        [1, 4, 5, 1],
      )
      assert.ok(answer.sentMs <= answer.firstByteMs && answer.firstByteMs <= answer.doneMs)
    }))

  test('is ended by us after so many messages, which is good, and the server is told', async () => {
    let cancelled: () => void = () => undefined
    const wasCancelled = new Promise<void>((resolve) => {
      cancelled = resolve
    })
    await against(
      {
        list(call) {
          for (let i = 0; i < 3; i++) call.write({ name: String(i) })
          call.on('cancelled', cancelled)
        },
      },
      async (ask) => {
        const { kind, items, status: got } = await ask({ serverStream: LIST, until: { messages: 3 } })

        assert.equal([kind, items, got], ['none', 3, 0])
        await wasCancelled
      },
    )
  })

  test('is ended by us after so long, also when nothing came', () =>
    against({ list: () => undefined }, async (ask) => {
      const { kind, items, sentMs, doneMs } = await ask(
        { serverStream: LIST, until: { for: '80ms' } },
        { timeouts: { firstByteMs: 20 } },
      )

      assert.equal([kind, items], ['none', 0])
      assert.ok(doneMs - sentMs >= 79)
    }))

  test('is incomplete when the server ends it before', () =>
    against({}, async (ask) => {
      const message = { points: 2 }
      const few = await ask({ serverStream: LIST, message, until: { messages: 3 } })
      const short = await ask({ serverStream: LIST, message, until: { for: '1m' } })
      const whole = await ask({ serverStream: LIST, message, until: { end: true } })

      assert.equal([few.kind, few.errorText], ['incomplete', 'ended after 2 messages'])
      assert.equal([short.kind, whole.kind], ['incomplete', 'none'])
    }))
})

describe('A stream of messages', (test) => {
  test('is sent as fast as the server takes it, and answered once', () =>
    against({}, async (ask) => {
      const answer = await ask({ clientStream: RECORD, send: { message: { latitude: 1 }, count: 200 } })

      assert.equal([answer.kind, answer.items], ['none', 1])
      assert.equal(JSON.parse(answer.text), { point_count: 200 })
      assert.is(countOf(answer, 'messages_out'), 200)
    }))

  test('is sent at its own pace, each message with its number', async () => {
    const latitudes: unknown[] = []
    await against(
      {
        record(call, answer) {
          call.on('data', ({ latitude }) => latitudes.push(latitude))
          call.on('end', () => answer(null, {}))
        },
      },
      async (ask) => {
        const { kind, sentMs, doneMs } = await ask({
          clientStream: RECORD,
          send: { message: { latitude: '{{$i}}' }, count: 5, every: '20ms' },
        })

        assert.is(kind, 'none')
        assert.equal(latitudes, [0, 1, 2, 3, 4])
        assert.ok(doneMs - sentMs >= 80)
      },
    )
  })

  test('is answered message by message: paired in order', () =>
    against({}, async (ask) => {
      const answer = await ask({
        bidi: CHAT,
        send: { message: { n: '{{$i}}' }, count: 4, every: '10ms' },
        match: 'order',
      })

      assert.equal([answer.kind, answer.items], ['none', 4])
      assert.equal([countOf(answer, 'message_time'), countOf(answer, 'message_gap')], [4, 3])
      assert.is(JSON.parse(answer.text).n, 3)
    }))

  test('is paired by a field, whatever the order; a late message is timed from when it should have been sent', () =>
    against(
      {
        chat(call) {
          const notes: Record<string, unknown>[] = []
          call.on('data', (note) => notes.unshift(note))
          call.on('end', () => {
            for (const note of notes) call.write(note)
            call.end()
          })
        },
      },
      async (ask) => {
        const { measured, kind } = await ask({
          bidi: CHAT,
          send: { message: { n: '{{$i}}' }, count: 3, every: '30ms' },
          match: 'json:n',
        })
        const timesMs = measured.filter(([name]) => name === 'message_time').map(([, value]) => value)

        assert.is(kind, 'none')
        // The last sent is answered first, and the first sent waited for both others.
        assert.ok(timesMs.length === 3 && (timesMs[2] ?? 0) - (timesMs[0] ?? 0) >= 59)
      },
    ))
})

describe('Code', (test) => {
  test('makes the same calls', () =>
    withGrpcServer({}, ({ address }) =>
      withDriver(grpcPlugin, { address, protos: [ROUTE_PROTO] }, async (driver) => {
        const client = clientOf<GrpcClient>(driver)
        const one = await client.unary(GET, { latitude: 1 })
        const many = await client.serverStream(LIST, { points: 3 }, { until: { messages: 2 } })
        const sum = await client.clientStream(RECORD, { message: {}, count: 3 })
        const talk = await client.bidi(CHAT, { message: { text: '{{as it is}}' } }, { match: 'order' })
        const health = await client.unary('grpc.health.v1.Health/Check', { service: 'route.Guide' })

        assert.equal([one.ok, many.ok, sum.ok, talk.ok], [true, true, true, true])
        assert.is(String(talk.json()['text']), '{{as it is}}')
        assert.is(health.status, status.UNIMPLEMENTED)
        assert.throws(() => client.unary('route.Guide/GetFeatur'), /no proto file defines the method/)
        assert.throws(() => client.bidi(GET), /is a method of another kind/)
        assert.throws(() => client.unary(GET, { lat: 1 }), /has no field lat/)
      }),
    ))
})
