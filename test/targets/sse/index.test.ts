import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import {
  type DrivenExchange,
  type DriveOptions,
  driveStep,
} from '../../../harness/contract/driven-exchange.ts'
import type { DriverContext } from '../../../harness/ports/target.ts'
import type { SseClient } from '../../../harness/targets/sse/client.ts'
import { ssePlugin } from '../../../harness/targets/sse/index.ts'
import { clientOf, withDriver } from '../../kit/drive.ts'
import { withHttp2Server } from '../../kit/http2-server.ts'
import { closedPort, withRawServer } from '../../kit/raw-server.ts'
import { anEvent, type StreamScript, withStreamServer, written } from '../../kit/stream-server.ts'
import { describe } from '../../kit/suite.ts'

interface Asked {
  readonly exchange: DrivenExchange
  readonly requests: readonly { readonly path: string; readonly headers: Readonly<Record<string, unknown>> }[]
}

/** Subscribes once to a scripted server. */
async function subscribed(
  script: StreamScript,
  request: Readonly<Record<string, unknown>> = { subscribe: '/events', until: { events: 2 } },
  options: DriveOptions = {},
  config: Readonly<Record<string, unknown>> = {},
  context: Partial<DriverContext> = {},
): Promise<Asked> {
  let asked: Asked | null = null
  await withStreamServer(
    () => script,
    ({ url, requests }) =>
      withDriver(
        ssePlugin,
        { url, ...config },
        async (driver) => {
          asked = { exchange: await driveStep(ssePlugin, driver, request, options), requests }
        },
        context,
      ),
  )
  return asked as unknown as Asked
}

const valuesOf = ({ measured }: DrivenExchange, name: string) =>
  measured.filter(([measure]) => measure === name).map(([, value]) => value)
const emitting = (...texts: string[]): StreamScript => ({ emissions: written(texts) })
const ending = (...texts: string[]): StreamScript => ({ emissions: [...written(texts), { end: true }] })

describe('The sse target', (test) => {
  test('is complete with the event that fulfils until, and counts and times the events', async () => {
    const { exchange } = await subscribed(emitting(anEvent('1'), anEvent('2'), anEvent('3')))

    assert.equal([exchange.kind, exchange.status, exchange.items], ['none', 200, 2])
    assert.equal(valuesOf(exchange, 'events'), [1, 1])
    assert.is(valuesOf(exchange, 'first_event_time').length, 1)
    assert.is(valuesOf(exchange, 'event_gap').length, 1)
    assert.equal(JSON.parse(exchange.text), [{ data: '1' }, { data: '2' }])
  })

  test('times the first event from sending, and ends with the last one', async () => {
    const { exchange } = await subscribed(emitting(anEvent('1'), anEvent('2')))
    const [first = -1] = valuesOf(exchange, 'first_event_time')
    const [gap = -1] = valuesOf(exchange, 'event_gap')

    assert.ok(first > 0 && gap >= 0)
    assert.ok(Math.abs(exchange.sentMs + first + gap - exchange.doneMs) < 1e-6)
  })

  test('records events of one read as having no gap between them', async () => {
    const { exchange } = await subscribed(emitting(anEvent('1') + anEvent('2')))

    assert.equal(valuesOf(exchange, 'event_gap'), [0])
  })

  test('waits for an event of a name', async () => {
    const until = { subscribe: '/', until: { event: 'done' } }
    const { exchange } = await subscribed(emitting(anEvent('1'), anEvent('2', 'done'), anEvent('3')), until)

    assert.equal([exchange.kind, exchange.items], ['none', 2])
  })

  test('calls events without a name message', async () => {
    const until = { subscribe: '/', until: { event: 'message' } }
    const { exchange } = await subscribed(emitting(anEvent('1', 'other'), anEvent('2')), until)

    assert.equal([exchange.kind, exchange.items], ['none', 2])
  })

  test('lasts for a time, longer than the time for a whole request', async () => {
    const { exchange } = await subscribed(
      emitting(anEvent('1')),
      { subscribe: '/', until: { for: '120ms' } },
      { timeouts: { totalMs: 20, firstByteMs: 5000 } },
    )

    assert.equal([exchange.kind, exchange.items], ['none', 1])
    assert.ok(exchange.doneMs - exchange.firstByteMs >= 118)
  })

  test('lasts for a time though no event comes', async () => {
    const { exchange } = await subscribed(emitting(), { subscribe: '/', until: { for: '30ms' } })

    assert.equal([exchange.kind, exchange.status, exchange.items], ['none', 200, 0])
  })

  test('asks for events, after the one that the step names', async () => {
    const request = {
      subscribe: '/rooms/{{room}}',
      headers: { 'x-room': '{{room}}' },
      lastEventId: '{{id}}',
      until: { events: 1 },
    }
    const { requests } = await subscribed(emitting(anEvent('1')), request, {
      variables: { room: '7', id: 'e9' },
    })

    assert.is(requests[0]?.path, '/rooms/7')
    assert.equal(
      ['accept', 'last-event-id', 'x-room'].map((name) => requests[0]?.headers[name]),
      ['text/event-stream', 'e9', '7'],
    )
  })

  test('measures the age of events that say when they were made', async () => {
    const now = createSystemClock().wallMs()
    const { exchange } = await subscribed(
      emitting(anEvent({ at: now - 5000 }), anEvent({ at: new Date(now - 9000).toISOString() })),
      undefined,
      {},
      { eventTime: 'json:at' },
    )
    const [first = 0, second = 0] = valuesOf(exchange, 'event_age')

    assert.ok(first >= 5000 && second >= 9000)
  })

  test('leaves events from the future without an age, and says so once', async () => {
    const faults: string[] = []
    const events = {
      measure: () => undefined,
      fault: (step: string, kind: string, text: string) => faults.push(`${step} ${kind} ${text}`),
    }
    const ahead = anEvent({ at: createSystemClock().wallMs() + 1e7 })
    const { exchange } = await subscribed(
      emitting(ahead, ahead),
      undefined,
      {},
      { eventTime: 'json:at' },
      { events },
    )

    assert.equal(valuesOf(exchange, 'event_age'), [])
    assert.is(faults.length, 1)
    assert.match(faults[0] ?? '', /^step protocol .*ahead/)
  })

  test('has a client for code, in which braces mean nothing', () =>
    withStreamServer(
      () => emitting(anEvent('1')),
      ({ url, requests }) =>
        withDriver(ssePlugin, { url }, async (driver) => {
          const client = clientOf<SseClient>(driver)
          const answer = await client.subscribe('/a?b={{c}}', { until: { events: 1 } })

          assert.ok(answer.ok)
          assert.equal(answer.json(), [{ data: '1' }])
          assert.is(requests[0]?.path, '/a?b={{c}}')
        }),
    ))

  test('reads streams over HTTP/2', () =>
    withHttp2Server(
      (stream) => {
        stream.respond({ ':status': 200, 'content-type': 'text/event-stream' })
        stream.write(anEvent('1'))
        stream.write(anEvent('2'))
      },
      ({ url }) =>
        withDriver(ssePlugin, { url, version: 2 }, async (driver) => {
          const request = { subscribe: '/', until: { events: 2 } }
          const exchange = await driveStep(ssePlugin, driver, request)

          assert.equal([exchange.kind, exchange.items, exchange.status], ['none', 2, 200])
        }),
    ))

  test('needs an end', () => {
    assert.is(ssePlugin.requestSchema.safeParse({ subscribe: '/' }).success, false)
    assert.is(
      ssePlugin.requestSchema.safeParse({ subscribe: '/', until: { events: 1, for: '1s' } }).success,
      false,
    )
  })

  test('names subscriptions by their path', () => {
    assert.is(ssePlugin.nameOf({ subscribe: '/rooms/7/events?x=1', until: {} }), 'SSE /rooms/:id/events')
  })
})

describe('The sse target, with servers that misbehave', (test) => {
  const cases: Readonly<Record<string, readonly [StreamScript, string, RegExp]>> = {
    'an end before the events that were waited for': [
      ending(anEvent('1')),
      'incomplete',
      /ended after 1 event, before the 2/,
    ],
    'an end without any event': [ending(), 'incomplete', /0 events/],
    'an end in the middle of an event': [ending(anEvent('1'), 'data: 2\n'), 'incomplete', /1 event/],
    'a reset in the middle': [
      { emissions: [...written([anEvent('1')]), { waitMs: 20 }, { reset: true }] },
      'reset',
      /ECONNRESET|closed/,
    ],
    'JSON in place of events': [
      { headers: { 'content-type': 'application/json' }, emissions: written(['{}']) },
      'protocol',
      /content type is 'application\/json'/,
    ],
    'no content type at all': [
      { headers: {}, emissions: written(['data: 1\n\n']) },
      'protocol',
      /type is ''/,
    ],
    'a content type that only begins like the right one': [
      { headers: { 'content-type': 'text/event-streams' }, emissions: [] },
      'protocol',
      /event-streams/,
    ],
    'compressed events': [
      {
        headers: { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' },
        emissions: written(['x']),
      },
      'protocol',
      /compressed \(gzip\)/,
    ],
    'a redirect': [
      { status: 302, headers: { location: '/there' }, emissions: [{ end: true }] },
      'protocol',
      /HTTP 302 leads elsewhere/,
    ],
    'no content': [{ status: 204, headers: {}, emissions: [{ end: true }] }, 'incomplete', /0 events/],
    'an answer larger than allowed': [emitting('x'.repeat(5000)), 'too-large', /larger than 4096/],
  }
  for (const [title, [script, kind, text]] of Object.entries(cases))
    test(`fails on ${title}`, async () => {
      const { exchange } = await subscribed(script, undefined, {}, { maxBody: '4KiB' })

      assert.is(exchange.kind, kind, exchange.errorText)
      assert.match(exchange.errorText, text)
      assert.ok(exchange.doneMs > 0)
    })

  test('keeps status, headers and body of a refusal', async () => {
    const { exchange } = await subscribed({
      status: 503,
      headers: { 'content-type': 'text/plain', 'retry-after': '3' },
      emissions: [...written(['come ', 'later']), { end: true }],
    })

    assert.equal([exchange.kind, exchange.status, exchange.text], ['none', 503, 'come later'])
    assert.is(exchange.header?.('retry-after'), '3')
  })

  test('gives up when no event comes any more, though comments do', async () => {
    const comments = Array.from({ length: 200 }, () => ':\n\n')
    const { exchange } = await subscribed(
      { emissions: [...written([anEvent('1')]), ...written(comments, 10)] },
      undefined,
      {},
      { idle: '80ms' },
    )

    assert.is(exchange.kind, 'timeout-message')
    assert.match(exchange.errorText, /no event within 80ms/)
    assert.ok(exchange.doneMs - exchange.sentMs >= 80)
  })

  test('takes the time before the first byte as the longest silence where none is set', async () => {
    const { exchange } = await subscribed(emitting(anEvent('1')), undefined, {
      timeouts: { firstByteMs: 90 },
    })

    assert.equal([exchange.kind, exchange.errorText], ['timeout-message', 'no event within 90ms'])
  })

  const spellings: Readonly<Record<string, string>> = {
    CRLF: 'data: 1\r\n\r\ndata: 2\r\n\r\n',
    'several lines of data': 'data: a\ndata: b\n\ndata: 2\n\n',
    'a byte order mark': '\uFEFFdata: 1\n\ndata: 2\n\n',
    'comments and unknown fields': ': hi\nfoo: bar\ndata: 1\n\nretry: 5\nretry: x\ndata: 2\n\n',
    'characters of several bytes': 'data: \u{1F600}é\n\ndata: 漢\n\n',
    'events without data, which are none': 'event: x\n\nid: 1\n\ndata: 1\n\ndata: 2\n\n',
  }
  for (const [title, text] of Object.entries(spellings))
    test(`reads ${title}, byte by byte`, () =>
      withRawServer(
        async (socket) => {
          socket.setNoDelay(true)
          socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n')
          for (const byte of Buffer.from(text)) {
            socket.write(Buffer.from([byte]))
            await new Promise((resolve) => setImmediate(resolve))
          }
        },
        ({ url }) =>
          withDriver(ssePlugin, { url }, async (driver) => {
            const exchange = await driveStep(ssePlugin, driver, { subscribe: '/', until: { events: 2 } })

            assert.equal([exchange.kind, exchange.items], ['none', 2])
            assert.not.match(exchange.text, '\uFFFD')
          }),
      ))

  test('fails on garbage', () =>
    withRawServer(
      (socket) => socket.end('no such thing\r\n\r\n'),
      ({ url }) =>
        withDriver(ssePlugin, { url }, async (driver) => {
          const exchange = await driveStep(ssePlugin, driver, { subscribe: '/', until: { events: 2 } })
          assert.is(exchange.kind, 'protocol')
        }),
    ))

  test('is refused where nobody listens, and says so when probed', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`
    await withDriver(ssePlugin, { url }, async (driver) => {
      const exchange = await driveStep(ssePlugin, driver, { subscribe: '/', until: { events: 2 } })
      assert.is(exchange.kind, 'refused')
    })
    const probed = await ssePlugin.probe(ssePlugin.configSchema.parse({ url }), createSystemClock())
    assert.is(probed?.reachable, false)
  })

  test('sends a request once, and subscribes anew over another connection', () =>
    withStreamServer(
      (_, place) => (place === 0 ? { emissions: [{ reset: true }] } : emitting(anEvent('1'), anEvent('2'))),
      ({ url, requests }) =>
        withDriver(ssePlugin, { url }, async (driver) => {
          const request = { subscribe: '/', until: { events: 2 } }
          const first = await driveStep(ssePlugin, driver, request)
          assert.is(requests.length, 1)
          const second = await driveStep(ssePlugin, driver, request)
          const third = await driveStep(ssePlugin, driver, request)

          assert.equal(
            [first, second, third].map(({ kind }) => kind),
            ['reset', 'none', 'none'],
          )
          assert.ok(third.connectMs > 0)
        }),
    ))
})
