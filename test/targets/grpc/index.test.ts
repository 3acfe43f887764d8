import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { HarnessError } from '../../../harness/base/errors.ts'
import { grpc } from '../../../harness/targets/grpc/builder.ts'
import { grpcPlugin } from '../../../harness/targets/grpc/index.ts'
import { Methods } from '../../../harness/targets/grpc/methods.ts'
import { withDriver } from '../../kit/drive.ts'
import { ROUTE_PROTO, withGrpcServer } from '../../kit/grpc-server.ts'
import { closedPort } from '../../kit/raw-server.ts'
import { describe } from '../../kit/suite.ts'

const GET = 'route.Guide/GetFeature'
const CONFIG = { address: '127.0.0.1:50051', protos: [ROUTE_PROTO] }
const problemOf = (schema: 'configSchema' | 'requestSchema', value: unknown) =>
  grpcPlugin[schema].safeParse(value).error?.issues[0]?.message ?? ''

/** Proto files in a folder of their own, for the time of the body. */
function withProtos(files: Readonly<Record<string, string>>, body: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-protos-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    body(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The error of a scenario, with its hint. */
function refusalOf(body: () => unknown): string {
  try {
    body()
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'SCENARIO_INVALID')
      return `${error.message} | ${error.hint}`
    throw error
  }
  return ''
}

describe('The grpc plugin', (test) => {
  test('fills a configuration in, and takes its own again', () => {
    const config = grpcPlugin.configSchema.parse(CONFIG)

    assert.equal(config, { ...CONFIG, includes: [], metadata: {}, maxMessage: '4MiB' })
    assert.equal(grpcPlugin.configSchema.parse(config), config)
  })

  test('says what is wrong with a configuration', () => {
    const problem = (changes: object) => problemOf('configSchema', { ...CONFIG, ...changes })

    assert.match(problem({ address: 'http://127.0.0.1:50051' }), 'host:port')
    assert.match(problem({ address: '127.0.0.1' }), 'host:port')
    assert.not.equal(problem({ protos: [] }), '')
    assert.match(problem({ metadata: { 'grpc-timeout': '1S' } }), 'belong to the protocol')
    assert.match(problem({ metadata: { 'x-bin': 'a' } }), 'binary metadata')
    assert.not.equal(problem({ metadata: { 'X-A': 'a' } }), '')
    assert.match(problem({ metadata: { a: 'a\nb' } }), 'one line')
    assert.is(problem({ address: '[::1]:50051', tls: {} }), '')
  })

  test('takes one call a request, with what belongs to its kind', () => {
    const method = 'a.B/C'
    for (const request of [
      { unary: method },
      { unary: method, message: { a: '{{b}}' }, metadata: { a: 'b' } },
      { serverStream: method, until: { messages: 3 } },
      { serverStream: method, until: { for: '10s' } },
      { serverStream: method, until: { end: true } },
      { clientStream: method, send: { message: {}, count: 5, every: '10ms' } },
      { bidi: method, send: { count: 2 }, match: 'order' },
      { bidi: method, match: 'json:a.b' },
    ])
      assert.is(problemOf('requestSchema', request), '', JSON.stringify(request))
    for (const request of [
      {},
      { unary: 'GetFeature' },
      { unary: method, bidi: method },
      { unary: method, send: {} },
      { unary: method, until: { messages: 1 } },
      { unary: method, match: 'order' },
      { bidi: method, message: {} },
      { bidi: method, match: 'id' },
      { clientStream: method, send: { count: 0 } },
      { serverStream: method, until: {} },
    ])
      assert.not.equal(problemOf('requestSchema', request), '', JSON.stringify(request))
  })

  test('names calls by their method, and the host', () => {
    assert.is(grpcPlugin.nameOf({ bidi: 'route.Guide/Chat' }), 'route.Guide/Chat')
    assert.equal(grpcPlugin.hostsOf(CONFIG), ['127.0.0.1'])
    assert.equal(grpcPlugin.hostsOf({ address: '[::1]:1' }), ['::1'])
  })

  test('knows statuses by number and name', () => {
    const { status } = grpcPlugin

    assert.equal([0, 5, 16, 99].map(status.nameOf), ['OK', 'NOT_FOUND', 'UNAUTHENTICATED', 'status 99'])
    assert.equal([0, 1, 14].map(status.isGood), [true, false, false])
    assert.equal([status.compile('NOT_FOUND')(5), status.compile(['OK', 5])(0)], [true, true])
    assert.is(status.compile('OK')(5), false)
    assert.is(status.expected.safeParse('FINE').success, false)
  })

  test('refuses requests that do not fit the proto files', () =>
    withDriver(grpcPlugin, CONFIG, (driver) => {
      const refusal = (request: Readonly<Record<string, unknown>>) =>
        refusalOf(() => driver.compile(grpcPlugin.requestSchema.parse(request) as typeof request, 'step'))

      assert.match(
        refusal({ unary: 'route.Guide/GetFeatur' }),
        /no proto file defines .*Did you mean route.Guide\/GetFeature\?/,
      )
      assert.match(refusal({ bidi: GET }), `of another kind | Write unary: ${GET}.`)
      assert.match(
        refusal({ unary: GET, message: { lat: 1 } }),
        'has no field lat | It has: latitude, longitude',
      )
      assert.match(refusal({ serverStream: 'route.Guide/List', message: { points: {} } }), /^$/)
      return Promise.resolve()
    }))

  test('reads proto files with what they import, and says which it cannot read', () => {
    const service =
      'syntax = "proto3"; package a; import "b.proto"; service S { rpc M(b.Message) returns (b.Message); }'
    withProtos(
      {
        'a.proto': service,
        'b.proto': 'syntax = "proto3"; package b; message Message { string text = 1; }',
        'broken.proto': 'syntax = "proto3"; message {',
      },
      (folder) => {
        const read = (file: string) => new Methods({ protos: [join(folder, file)], includes: [] })
        const method = read('a.proto').get('a.S/M')

        assert.equal(method.decode(method.encode({ text: 'hi' })), { text: 'hi' })
        assert.match(
          refusalOf(() => read('none.proto')),
          /protos: .*none\.proto.* \| Give the paths/,
        )
        assert.match(
          refusalOf(() => read('broken.proto')),
          /protos: .*broken\.proto/,
        )
      },
    )
  })

  test('probes with a health check, which no server needs to have', async () => {
    const clock = createSystemClock()
    const probe = (address: string) =>
      grpcPlugin.probe(grpcPlugin.configSchema.parse({ ...CONFIG, address }), clock)
    await withGrpcServer({}, async ({ address }) => {
      const found = await probe(address)

      assert.is(found?.reachable, true)
      assert.match(found?.message ?? '', `a health check of ${address} was answered UNIMPLEMENTED in `)
    })
    const away = await probe(`127.0.0.1:${await closedPort()}`)
    assert.is(away?.reachable, false)
    assert.match(away?.message ?? '', /^127\.0\.0\.1:\d+: refused: /)
  })

  test('has a builder for each kind of call', () => {
    const steps = [
      grpc.unary(GET, { latitude: 1 }, { step: 'get', metadata: { a: 'b' } }),
      grpc.unary(GET),
      grpc.serverStream('route.Guide/List', {}, { until: { messages: 2 } }),
      grpc.clientStream('route.Guide/Record', { count: 2 }),
      grpc.bidi('route.Guide/Chat', { count: 2 }, { match: 'order' }),
    ]

    assert.equal(
      steps.map(({ request }) => request),
      [
        { unary: GET, message: { latitude: 1 }, metadata: { a: 'b' } },
        { unary: GET, message: {} },
        { serverStream: 'route.Guide/List', message: {}, until: { messages: 2 } },
        { clientStream: 'route.Guide/Record', send: { count: 2 } },
        { bidi: 'route.Guide/Chat', send: { count: 2 }, match: 'order' },
      ],
    )
    for (const { request } of steps) assert.is(problemOf('requestSchema', request), '')
    assert.equal(grpc(CONFIG), { plugin: 'grpc', config: CONFIG })
    assert.is(steps[0]?.step, 'get')
  })
})
