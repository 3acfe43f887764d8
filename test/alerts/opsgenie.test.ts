import * as assert from 'uvu/assert'
import { aChannel, anAlert, jsonAt, resolved, sendOnce, withService } from '../kit/alerts.ts'
import { aHostileDemand } from '../kit/demands.ts'
import { describe } from '../kit/suite.ts'

interface Creation {
  readonly message: string
  readonly alias: string
  readonly description: string
  readonly priority: string
  readonly entity: string
  readonly details: Readonly<Record<string, string>>
}

/** Create Alert and Close Alert of https://docs.opsgenie.com/docs/alert-api */
describe('The opsgenie channel', (test) => {
  test('creates an alert', () =>
    withService(async ({ url, posted }) => {
      await sendOnce(aChannel('opsgenie', { apiKey: 'K0', url }), anAlert())

      assert.is(`${posted[0]?.method} ${posted[0]?.path}`, 'POST /v2/alerts')
      assert.is(posted[0]?.headers.authorization, 'GenieKey K0')
      assert.equal(posted[0]?.json, {
        message: 'checkout: p99(response_time) < 100ms is firing: 182ms over the last 10s',
        alias: 'proofload-262d823921c69b31aeee805bfccd6b53',
        description: 'checkout: p99(response_time) < 100ms is firing: 182ms over the last 10s',
        priority: 'P1',
        source: 'proofload',
        entity: 'checkout',
        tags: ['proofload', 'objective', 'critical'],
        details: {
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
      })
    }))

  test('closes it by its alias', () =>
    withService(async ({ url, posted }) => {
      await sendOnce(aChannel('opsgenie', { apiKey: 'K0', url: `${url}/` }), anAlert(), resolved(anAlert()))

      const { alias } = jsonAt<Creation>(posted, 0)
      assert.is(posted[1]?.path, `/v2/alerts/${alias}/close?identifierType=alias`)
      assert.is(posted[1]?.headers.authorization, 'GenieKey K0')
      assert.equal(posted[1]?.json, {
        source: 'proofload',
        note: 'checkout: p99(response_time) < 100ms is ok',
      })
    }))

  test('has a priority for every severity', () =>
    withService(async ({ url, posted }) => {
      const severities = ['info', 'warning', 'major', 'critical'] as const
      await sendOnce(
        aChannel('opsgenie', { apiKey: 'K0', url }),
        ...severities.map((severity) => anAlert({ severity })),
      )

      assert.equal(
        posted.map(({ json }) => (json as Creation).priority),
        ['P5', 'P3', 'P2', 'P1'],
      )
    }))

  test('stays within the limits of Opsgenie', () =>
    withService(async ({ url, posted }) => {
      const long = 'x'.repeat(20_000)
      const annotations = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${i}${long}`, long]))
      await sendOnce(
        aChannel('opsgenie', { apiKey: 'K0', url }),
        anAlert({
          summary: long,
          scenario: long,
          objective: aHostileDemand(long),
          owner: long,
          runbook: long,
          annotations,
        }),
      )

      const { message, description, entity, details } = jsonAt<Creation>(posted, 0)
      assert.is(message.length, 130)
      assert.is(description.length, 15_000)
      assert.is(entity.length, 512)
      assert.ok(Object.entries(details).flat().join('').length <= 8000)
    }))
})
