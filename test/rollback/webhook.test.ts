import { createHmac } from 'node:crypto'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import * as assert from 'uvu/assert'
import { webhookPlugin } from '../../harness/rollback/webhook.ts'
import { anUndoContext, failureOf } from '../kit/rollback.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

interface Received {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A service that keeps what it is sent and answers as it is told. */
async function withService(
  answer: (response: ServerResponse, times: number) => void,
  body: (url: string, received: readonly Received[]) => Promise<void>,
): Promise<void> {
  const received: Received[] = []
  const server = await startHttpServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    received.push({ method: request.method ?? '', headers: request.headers, body: text })
    answer(response, received.length)
  })
  try {
    await body(server.url, received)
  } finally {
    await server.close()
  }
}

const SECRET = 'a key of the receiver'

describe('webhook', (test) => {
  test('posts what it is about, signed so that the receiver can check it, with its idempotency key', () =>
    withService(
      (response) => response.end('release 41 is back'),
      async (url, received) => {
        const clock = new VirtualClock()
        const config = { url: `${url}/undo?token=t0p`, secret: SECRET, headers: { 'x-team': 'checkout' } }
        const { message } = await webhookPlugin.undo(config, anUndoContext('/', { clock }))
        const [sent] = received
        assert.ok(sent)
        const { headers, body, method } = sent
        const timestamp = headers['x-proofload-timestamp']
        const expected = createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('hex')

        assert.is(message, `${url}/undo answered 200: release 41 is back`)
        assert.is(method, 'POST')
        assert.is(headers['x-proofload-signature'], `sha256=${expected}`)
        assert.is(timestamp, String(Math.floor(clock.wallMs() / 1000)))
        assert.is(headers['idempotency-key'], 'rollback-1/default')
        assert.is(headers['content-type'], 'application/json')
        assert.is(headers['x-team'], 'checkout')
        assert.equal(JSON.parse(body), {
          rollbackId: 'rollback-1',
          runId: 'run-1',
          scenario: 'checkout',
          correlationId: 'correlation-1',
          reason: 'p99 was 900ms',
          at: new Date(clock.wallMs()).toISOString(),
        })
      },
    ))

  test('fails on anything but 2xx, saying what the service said, and asks once', () =>
    withService(
      (response) => response.writeHead(503).end('no release to go back to'),
      async (url, received) => {
        const failure = await failureOf(webhookPlugin.undo({ url, secret: SECRET }, anUndoContext('/')))

        assert.is(failure.code, 'ROLLBACK_FAILED')
        assert.match(failure.message, /answered 503: no release to go back to/)
        assert.is(received.length, 1)
      },
    ))

  test('does not follow redirects: a signature is for one receiver', () =>
    withService(
      (response) => response.writeHead(307, { location: '/elsewhere' }).end(),
      async (url, received) => {
        const failure = await failureOf(webhookPlugin.undo({ url, secret: SECRET }, anUndoContext('/')))

        assert.match(failure.message, /answered 307/)
        assert.is(received.length, 1)
      },
    ))

  test('gives up at its limit, at that of the step, and on a service that is not there; no query is shown', () =>
    withService(
      () => undefined,
      async (url) => {
        const silent = { url: `${url}/undo?token=t0p`, secret: SECRET, timeout: '200ms' }
        const late = await failureOf(webhookPlugin.undo(silent, anUndoContext('/')))
        const step = new AbortController()
        setTimeout(() => step.abort(), 100)
        const ended = await failureOf(
          webhookPlugin.undo({ ...silent, timeout: '1m' }, anUndoContext('/', { signal: step.signal })),
        )
        const gone = await failureOf(
          webhookPlugin.undo(
            { url: 'http://127.0.0.1:1/undo?token=t0p', secret: SECRET },
            anUndoContext('/'),
          ),
        )

        assert.match(late.message, /timed out after 200ms/)
        assert.is(ended.code, 'ROLLBACK_FAILED')
        assert.match(gone.message, /POST http:\/\/127\.0\.0\.1:1\/undo: .*ECONNREFUSED/)
        for (const { message } of [late, ended, gone]) assert.not.match(message, 't0p')
      },
    ))

  test('reads no more of an endless answer than anybody will', () =>
    withService(
      (response) => {
        const line = `${'x'.repeat(1_000)}\n`
        const more = () => {
          while (!response.destroyed && response.write(line));
        }
        response.on('drain', more)
        more()
      },
      async (url) => {
        const { message } = await webhookPlugin.undo({ url, secret: SECRET }, anUndoContext('/'))
        assert.ok(message.length < 5_000, `${message.length}`)
      },
    ))

  test('needs a key and a web address; secrets may stand for both', () => {
    const fits = (config: object) => webhookPlugin.configSchema.safeParse(config).success

    assert.ok(fits({ url: '{{secret.UNDO_URL}}', secret: '{{secret.UNDO_KEY}}' }))
    assert.not.ok(fits({ url: 'http://127.0.0.1/undo' }))
    assert.not.ok(fits({ url: 'ftp://127.0.0.1/undo', secret: SECRET }))
    assert.not.ok(fits({ url: 'https://me:pw@ops.example/undo', secret: SECRET }))
    assert.is(
      webhookPlugin.describe({ url: 'https://ops.example/undo', secret: '{{secret.UNDO_KEY}}' }),
      'POST https://ops.example/undo, signed',
    )
  })
})
