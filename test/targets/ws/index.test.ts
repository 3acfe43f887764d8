import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { ws } from '../../../harness/targets/ws/builder.ts'
import type { WsClient } from '../../../harness/targets/ws/client.ts'
import { wsPlugin } from '../../../harness/targets/ws/index.ts'
import { clientOf, withDriver } from '../../kit/drive.ts'
import { closedPort } from '../../kit/raw-server.ts'
import { describe } from '../../kit/suite.ts'
import { echo, withRawWsServer, withWsServer } from '../../kit/ws-server.ts'

const URL_HERE = 'ws://127.0.0.1:9000'
const problemOf = (schema: 'configSchema' | 'requestSchema', value: unknown) =>
  wsPlugin[schema].safeParse(value).error?.issues[0]?.message ?? ''

describe('The ws plugin', (test) => {
  test('fills a configuration in, and takes its own again', () => {
    const config = wsPlugin.configSchema.parse({ url: URL_HERE })

    assert.equal(config, {
      url: URL_HERE,
      subprotocols: [],
      headers: {},
      inbox: 256,
      compression: false,
      maxMessage: '64MiB',
      tls: { verify: true },
    })
    assert.equal(wsPlugin.configSchema.parse(config), config)
  })

  test('says what is wrong with a configuration', () => {
    assert.match(problemOf('configSchema', { url: 'nowhere' }), 'is not a URL; write for example ws://')
    assert.match(problemOf('configSchema', { url: 'http://127.0.0.1' }), 'must begin with ws:// or wss://')
    assert.match(problemOf('configSchema', { url: 'ws://a:b@127.0.0.1' }), 'must not hold a password')
    assert.match(problemOf('configSchema', { url: 'ws://127.0.0.1/?a=b' }), 'must end with its path')
    assert.match(problemOf('configSchema', { url: URL_HERE, subprotocols: ['two words'] }), 'one word')
    assert.match(
      problemOf('configSchema', { url: URL_HERE, correlate: { out: 'id', in: 'json:re' } }),
      'for example json:id',
    )
    assert.match(problemOf('configSchema', { url: URL_HERE, inbox: 0 }), '')
  })

  test('takes one thing a request', () => {
    for (const request of [
      { open: '/rooms/{{id}}' },
      { send: { text: '' } },
      { send: { json: null }, await: { where: { json: { op: 'joined' } } } },
      { await: { count: 3 } },
      { ping: {} },
      { close: {} },
      { close: { code: 4000, reason: 'done' } },
    ])
      assert.is(problemOf('requestSchema', request), '', JSON.stringify(request))
    for (const request of [
      {},
      { open: 'rooms' },
      { open: '/', send: { text: '' } },
      { ping: {}, close: {} },
      { send: { text: '', json: 1 } },
      { send: { base64: '%' } },
      { await: { count: 0 } },
      { await: { where: { matches: '(' } } },
      { close: { code: 1001 } },
      { close: { reason: 'x'.repeat(124) } },
    ])
      assert.not.equal(problemOf('requestSchema', request), '', JSON.stringify(request))
  })

  test('names requests, hosts and targets at a URL', () => {
    const nameOf = (request: object) =>
      wsPlugin.nameOf(wsPlugin.requestSchema.parse(request) as Record<string, unknown>)

    assert.equal(
      [
        { open: '' },
        { open: '/rooms/7?a=b' },
        { send: { text: '' } },
        { send: { text: '' }, await: {} },
        { await: {} },
        { ping: {} },
        { close: {} },
      ].map(nameOf),
      ['open', 'open /rooms/:id', 'send', 'send and await', 'await', 'ping', 'close'],
    )
    assert.equal(wsPlugin.hostsOf({ url: 'wss://chat.example:444/a' }), ['chat.example'])
    assert.equal(wsPlugin.atUrl?.(URL_HERE), { url: URL_HERE })
    assert.is(wsPlugin.atUrl?.('http://127.0.0.1'), null)
  })

  test('knows the statuses of handshakes and the codes of closing', () => {
    const { status } = wsPlugin

    assert.equal([0, 101, 1000, 1001, 1005].map(status.isGood), Array(5).fill(true))
    assert.equal([200, 401, 503, 1006, 1011, 4000].map(status.isGood), Array(6).fill(false))
    assert.equal([0, 401, 1011].map(status.nameOf), ['no status', 'HTTP 401', 'close code 1011'])
    assert.equal([status.compile(401)(401), status.compile([1000, 4000])(1000)], [true, true])
    assert.is(status.compile(101)(0), false)
    assert.is(status.expected.safeParse('2xx').success, false)
  })

  test('says that its sessions are not shared', async () => {
    const look = (connections: number | null) =>
      wsPlugin.preflight?.({ url: URL_HERE }, { agents: 2, connections })

    assert.equal(await look(null), [])
    assert.equal(
      (await look(5))?.map(({ level }) => level),
      ['advice'],
    )
  })

  test('probes with a handshake', async () => {
    const clock = createSystemClock()
    const probe = (url: string) => wsPlugin.probe(wsPlugin.configSchema.parse({ url }), clock)
    await withWsServer(echo, async (url) => {
      const found = await probe(url)

      assert.is(found?.reachable, true)
      assert.match(found?.message ?? '', `a handshake with ${url} was answered 101 in `)
    })
    const refusal = (line: string) => ({ answer: () => `HTTP/1.1 ${line}\r\nContent-Length: 0\r\n\r\n` })
    await withRawWsServer(refusal('404 Not Found'), async ({ url }) =>
      assert.is((await probe(url))?.reachable, true),
    )
    await withRawWsServer(refusal('503 Service Unavailable'), async ({ url }) =>
      assert.is((await probe(url))?.reachable, false),
    )
    const away = await probe(`ws://127.0.0.1:${await closedPort()}`)
    assert.is(away?.reachable, false)
    assert.match(away?.message ?? '', /^ws:.*: refused: /)
  })

  test('gives code a client of the same requests', () =>
    withWsServer(echo, (url) =>
      withDriver(wsPlugin, { url }, async (driver) => {
        const client = clientOf<WsClient>(driver)
        const opened = await client.open('/a')
        const answer = await client.request(
          { json: { op: '{{not a variable}}' } },
          { where: { json: { op: '{{not a variable}}' } } },
        )
        await client.send({ text: 'later' })
        const later = await client.receive()
        const ping = await client.ping()
        const closed = await client.close()

        assert.equal([opened.status, ping.ok, closed.ok], [101, true, true])
        assert.equal([answer.json().toString(), later.text()], ['[object Object]', 'later'])
      }),
    ))

  test('has a builder for each of its requests', () => {
    const steps = [
      ws.open('/a'),
      ws.open(),
      ws.send({ text: 'x' }, { step: 'say' }),
      ws.request({ json: 1 }, { count: 2 }),
      ws.request({ json: 1 }),
      ws.receive(),
      ws.ping(),
      ws.close(),
    ]

    assert.equal(
      steps.map(({ request }) => request),
      [
        { open: '/a' },
        { open: '' },
        { send: { text: 'x' } },
        { send: { json: 1 }, await: { count: 2 } },
        { send: { json: 1 }, await: {} },
        { await: {} },
        { ping: {} },
        { close: {} },
      ],
    )
    for (const { request } of steps) assert.is(problemOf('requestSchema', request), '')
    assert.equal(ws({ url: URL_HERE }), { plugin: 'ws', config: { url: URL_HERE } })
    assert.is(steps[2]?.step, 'say')
  })
})
