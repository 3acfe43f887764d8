import * as assert from 'uvu/assert'
import { aChannel, aHostileAlert, anAlert, jsonAt, resolved, sendOnce, withService } from '../kit/alerts.ts'
import { describe } from '../kit/suite.ts'

interface Event {
  readonly dedup_key: string
  readonly links?: unknown
  readonly payload: { readonly summary: string; readonly severity: string }
}

/** The event of https://github.com/PagerDuty/api-schema/blob/main/reference/events-v2/openapiv3.json */
describe('The pagerduty channel', (test) => {
  test('triggers an incident', () =>
    withService(async ({ url, posted }) => {
      await sendOnce(aChannel('pagerduty', { routingKey: 'R0', url: `${url}/v2/enqueue` }), anAlert())

      assert.is(`${posted[0]?.method} ${posted[0]?.path}`, 'POST /v2/enqueue')
      assert.equal(posted[0]?.json, {
        routing_key: 'R0',
        dedup_key: 'run-1/p99-response_time-lt-100ms',
        event_action: 'trigger',
        client: 'proofload',
        payload: {
          summary: 'checkout: p99(response_time) < 100ms is firing: 182ms over the last 10s',
          source: 'checkout',
          severity: 'critical',
          timestamp: '2026-11-21T09:30:05.120Z',
          class: 'objective',
          custom_details: {
            objective: 'p99(response_time) < 100ms',
            observed: '182ms',
            bound: '< 100ms',
            samples: '4,310',
            owner: 'team-pay',
            runbook: 'https://runbooks.example.org/checkout?step=1',
            run: 'run-1',
            'correlation id': 'c-7',
            at: '2026-11-21T09:30:05.120Z',
            component: 'llm',
          },
        },
        links: [{ href: 'https://runbooks.example.org/checkout?step=1', text: 'Runbook' }],
      })
    }))

  test('resolves it by the same key', () =>
    withService(async ({ url, posted }) => {
      await sendOnce(aChannel('pagerduty', { routingKey: 'R0', url }), resolved(anAlert()))

      assert.equal(posted[0]?.json, {
        routing_key: 'R0',
        dedup_key: 'run-1/p99-response_time-lt-100ms',
        event_action: 'resolve',
      })
    }))

  test('has a word of PagerDuty for every severity', () =>
    withService(async ({ url, posted }) => {
      const severities = ['info', 'warning', 'major', 'critical'] as const
      await sendOnce(
        aChannel('pagerduty', { routingKey: 'R0', url }),
        ...severities.map((severity) => anAlert({ severity })),
      )

      assert.equal(
        posted.map(({ json }) => (json as Event).payload.severity),
        ['info', 'warning', 'error', 'critical'],
      )
    }))

  test('cuts what is too long, and keeps keys of different alerts different', () =>
    withService(async ({ url, posted }) => {
      const long = 'x'.repeat(2000)
      const alert = anAlert({ dedupeKey: `${long}a`, summary: long })
      await sendOnce(
        aChannel('pagerduty', { routingKey: 'R0', url }),
        alert,
        { ...alert, dedupeKey: `${long}b` },
        resolved(alert),
      )

      const [first, second, end] = posted.map(({ json }) => json as Event)
      assert.is(first?.payload.summary.length, 1024)
      assert.ok((first?.dedup_key.length ?? 999) <= 255)
      assert.is.not(first?.dedup_key, second?.dedup_key)
      assert.is(first?.dedup_key, end?.dedup_key)
    }))

  test('links to nothing but web addresses', () =>
    withService(async ({ url, posted }) => {
      await sendOnce(aChannel('pagerduty', { routingKey: 'R0', url }), aHostileAlert())

      assert.is(jsonAt<Event>(posted, 0).links, undefined)
      assert.not.match(jsonAt<Event>(posted, 0).payload.summary, /[\p{Cc}\p{Cf}\p{Cs}]/u)
    }))
})
