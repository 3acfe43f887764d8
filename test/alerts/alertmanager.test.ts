import * as assert from 'uvu/assert'
import { isoOf } from '../../harness/base/clock.ts'
import { messageOf } from '../../harness/base/errors.ts'
import { NO_ALERTMANAGER, withAlertmanager } from '../kit/alertmanager-server.ts'
import { aChannel, aHostileAlert, anAlert, jsonAt, resolved, sendOnce, withService } from '../kit/alerts.ts'
import { describe } from '../kit/suite.ts'

/** As much of an alert of `GET /api/v2/alerts` as is looked at. */
interface Listed {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: string
  readonly endsAt: string
  readonly generatorURL?: string
  readonly status: { readonly state: string }
}

async function listed(url: string): Promise<readonly Listed[]> {
  const answer = await fetch(`${url}/api/v2/alerts`)
  return (await answer.json()) as readonly Listed[]
}

/** The alert of https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml */
describe('The alertmanager channel', (test) => {
  test('posts a list of one alert that lasts until it is resolved, or four hours', () =>
    withService(async ({ url, posted }) => {
      await sendOnce(aChannel('alertmanager', { url: `${url}/am/` }), anAlert())

      assert.is(`${posted[0]?.method} ${posted[0]?.path}`, 'POST /am/api/v2/alerts')
      assert.equal(posted[0]?.json, [
        {
          labels: {
            alertname: 'ProofloadObjective',
            severity: 'critical',
            scenario: 'checkout',
            dedupe_key: 'run-1/p99-response_time-lt-100ms',
            owner: 'team-pay',
          },
          annotations: {
            objective: 'p99(response_time) < 100ms',
            observed: '182ms',
            bound: '< 100ms',
            samples: '4,310',
            owner: 'team-pay',
            runbook: 'https://runbooks.example.org/checkout?step=1',
            run: 'run-1',
            correlation_id: 'c-7',
            at: '2026-11-21T09:30:05.120Z',
            component: 'llm',
            summary: 'checkout: p99(response_time) < 100ms is firing: 182ms over the last 10s',
            runbook_url: 'https://runbooks.example.org/checkout?step=1',
          },
          startsAt: '2026-11-21T09:30:05.120Z',
          endsAt: '2026-11-21T13:30:05.120Z',
          generatorURL: 'https://runbooks.example.org/checkout?step=1',
        },
      ])
    }))

  test('ends it under the same labels', () =>
    withService(async ({ url, posted }) => {
      await sendOnce(aChannel('alertmanager', { url }), anAlert(), resolved(anAlert()))

      const [[firing], [end]] = [jsonAt<Listed[]>(posted, 0), jsonAt<Listed[]>(posted, 1)]
      assert.equal(end?.labels, firing?.labels)
      assert.is(end?.endsAt, '2026-11-21T09:31:05.120Z')
    }))
})

describe('A real Alertmanager', (test) => {
  if (NO_ALERTMANAGER !== null) return test.skip('takes alerts', NO_ALERTMANAGER)

  const now = (offsetMs: number) => isoOf(Date.now() + offsetMs)

  test('lists what fires, identical alerts as one, and no longer when it is resolved', () =>
    withAlertmanager(async (url) => {
      const firing = anAlert({ at: now(-2_000) })
      await sendOnce(aChannel('alertmanager', { url }), firing, firing)
      await sendOnce(aChannel('alertmanager', { url }), firing)

      const alerts = await listed(url)
      assert.is(alerts.length, 1)
      assert.is(alerts[0]?.status.state, 'active')
      assert.equal(alerts[0]?.labels, {
        alertname: 'ProofloadObjective',
        severity: 'critical',
        scenario: 'checkout',
        dedupe_key: 'run-1/p99-response_time-lt-100ms',
        owner: 'team-pay',
      })
      assert.is(alerts[0]?.annotations['runbook_url'], 'https://runbooks.example.org/checkout?step=1')
      assert.is(alerts[0]?.generatorURL, 'https://runbooks.example.org/checkout?step=1')
      assert.is(Date.parse(alerts[0]?.startsAt ?? ''), Date.parse(firing.at))

      await sendOnce(aChannel('alertmanager', { url }), { ...resolved(firing), at: now(-1_000) })

      assert.equal(await listed(url), [])
    }))

  test('keeps objectives and runs apart', () =>
    withAlertmanager(async (url) => {
      const alert = anAlert({ at: now(-1_000) })
      await sendOnce(
        aChannel('alertmanager', { url }),
        alert,
        { ...alert, dedupeKey: 'run-1/error_ratio < 1%' },
        { ...alert, runId: 'run-2', dedupeKey: 'run-2/p99-response_time-lt-100ms' },
      )

      assert.is((await listed(url)).length, 3)
    }))

  test('takes hostile text as text', () =>
    withAlertmanager(async (url) => {
      const alert = { ...aHostileAlert(), at: now(-1_000) }
      await sendOnce(aChannel('alertmanager', { url }), alert)

      const [taken] = await listed(url)
      assert.match(taken?.annotations['summary'] ?? '', '<script>alert("x")</script> \\u{1b}[31m')
      assert.not.match(JSON.stringify(taken), /\\u00|\p{Cf}/u)
    }))

  test('says what it does not take', () =>
    withAlertmanager(async (url) => {
      const channel = aChannel('alertmanager', { url })
      const message = await sendOnce(channel, anAlert({ at: '2026-11-21 09:30' })).catch(messageOf)

      assert.match(String(message), `${url} answered 4`)
    }))
})
