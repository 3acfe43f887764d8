import { createHmac } from 'node:crypto'
import * as assert from 'uvu/assert'
import { aChannel, aHostileAlert, anAlert, jsonAt, resolved, sendOnce, withService } from '../kit/alerts.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

describe('The webhook channel', (test) => {
  test('posts the alert as it is', () =>
    withService(async ({ url, posted }) => {
      await sendOnce(aChannel('webhook', { url: `${url}/hooks/perf?team=pay` }), anAlert())

      const [post] = posted
      assert.is(`${post?.method} ${post?.path}`, 'POST /hooks/perf?team=pay')
      assert.is(post?.headers['content-type'], 'application/json')
      assert.equal(post?.json, {
        schemaVersion: 1,
        kind: 'objective',
        status: 'firing',
        severity: 'critical',
        dedupeKey: 'run-1/p99-response_time-lt-100ms',
        runId: 'run-1',
        scenario: 'checkout',
        correlationId: 'c-7',
        at: '2026-11-21T09:30:05.120Z',
        summary: 'checkout: p99(response_time) < 100ms is firing: 182ms over the last 10s',
        objective: {
          id: 'p99-response_time-lt-100ms',
          name: null,
          expect: 'p99(response_time) < 100ms',
          claim: 'p99(response_time)',
          op: '<',
          bound: 100,
          unit: 'ms',
        },
        observed: 182,
        sampleCount: 4310,
        owner: 'team-pay',
        runbook: 'https://runbooks.example.org/checkout?step=1',
        annotations: { component: 'llm' },
      })
    }))

  test('carries the same key with every attempt at one alert, another when it is over', () =>
    withService(async ({ url, posted }) => {
      const alert = anAlert()
      await sendOnce(aChannel('webhook', { url }), alert, alert, resolved(alert))

      assert.equal(
        posted.map(({ headers }) => headers['idempotency-key']),
        [
          'run-1/p99-response_time-lt-100ms/firing/2026-11-21T09:30:05.120Z',
          'run-1/p99-response_time-lt-100ms/firing/2026-11-21T09:30:05.120Z',
          'run-1/p99-response_time-lt-100ms/resolved/2026-11-21T09:31:05.120Z',
        ],
      )
    }))

  test('is signed over time and body when a secret is given', () =>
    withService(async ({ url, posted }) => {
      const clock = new VirtualClock()
      await sendOnce(aChannel('webhook', { url, secret: 'k3y' }, { clock }), anAlert())

      const { headers, body } = posted[0]!
      const hmac = createHmac('sha256', 'k3y').update(`1700000000.${body}`).digest('hex')
      assert.is(headers['x-proofload-timestamp'], '1700000000')
      assert.is(headers['x-proofload-signature'], `sha256=${hmac}`)
    }))

  test('is not signed without one', () =>
    withService(async ({ url, posted }) => {
      await sendOnce(aChannel('webhook', { url }), anAlert())

      assert.is(posted[0]?.headers['x-proofload-signature'], undefined)
    }))

  test('delivers hostile text as text', () =>
    withService(async ({ url, posted }) => {
      const alert = aHostileAlert()
      await sendOnce(aChannel('webhook', { url }), { ...alert, dedupeKey: `${alert.dedupeKey}äöü` })

      assert.is(jsonAt<{ summary: string }>(posted, 0).summary, alert.summary)
      assert.match(String(posted[0]?.headers['idempotency-key']), /^[\x20-\x7e]+$/)
      assert.match(String(posted[0]?.headers['idempotency-key']), '%C3%A4%C3%B6%C3%BC/firing')
    }))
})
