import type { ServerResponse } from 'node:http'
import * as assert from 'uvu/assert'
import { type Alerting, createAlerting } from '../../../harness/app/run/alerting.ts'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { HarnessError } from '../../../harness/base/errors.ts'
import { type Alert, type AlertReport, alertReportSchema } from '../../../harness/model/alert.ts'
import type { AlertsPlan } from '../../../harness/model/plan.ts'
import { SEVERITIES } from '../../../harness/model/severity.ts'
import { anAlert, aTextStream, jsonAt, type Posted, resolved, withService } from '../../kit/alerts.ts'
import { closedPort } from '../../kit/raw-server.ts'
import { startRawServer } from '../../kit/servers.ts'
import { describe } from '../../kit/suite.ts'

type Channels = AlertsPlan['channels']

/** The alerts of a run as their test sees them. */
interface AlertingRig extends Alerting {
  readonly warnings: readonly string[]
  readonly stderr: { readonly text: string }
}

function anAlerting(
  channels: Channels,
  {
    routes = [],
    secrets = {},
    known = [],
    giveUp = new AbortController().signal,
  }: Partial<AlertsPlan> & {
    secrets?: Record<string, string>
    known?: readonly Alert[]
    giveUp?: AbortSignal
  } = {},
): AlertingRig {
  const warnings: string[] = []
  const stderr = aTextStream()
  const alerting = createAlerting({
    plan: { channels, routes },
    secrets,
    known,
    clock: createSystemClock(),
    stderr,
    onWarning: (text) => warnings.push(text),
    giveUp,
  })
  return { ...alerting, warnings, stderr }
}

/** One channel `ops` that posts to the address. */
function toOps(url: string): Channels {
  return { ops: { plugin: 'webhook', config: { url } } }
}

/** `status dedupeKey` of all that was posted. */
function told(posted: readonly Posted[]): string[] {
  return posted.map((_, place) => {
    const { status, dedupeKey } = jsonAt<{ status: string; dedupeKey: string }>(posted, place)
    return `${status} ${dedupeKey}`
  })
}

function named(what: string, severity: (typeof SEVERITIES)[number] = 'critical') {
  return anAlert({ dedupeKey: `run-1/${what}`, severity })
}

const OPS_FINE: AlertReport = {
  channels: {
    ops: { plugin: 'webhook', deliveredCount: 1, failedCount: 0, droppedCount: 0, lastError: null },
  },
}

describe('Alerting', (test) => {
  test('tells each alert of a run once, and once that it is over', () =>
    withService(async ({ url, posted }) => {
      const alerting = anAlerting(toOps(url))
      for (const alert of [named('a'), named('a'), named('b'), resolved(named('a')), resolved(named('a'))])
        alerting.raise(alert)
      const report = await alerting.close()

      assert.equal(told(posted), ['firing run-1/a', 'firing run-1/b', 'resolved run-1/a'])
      assert.is(report.channels['ops']?.deliveredCount, 3)
      assert.equal(alerting.warnings, [])
    }))

  test('gives up what is not delivered when somebody asks, and counts it', async () => {
    const { url, close } = await startRawServer(() => undefined)
    const giveUp = new AbortController()
    const alerting = anAlerting(toOps(url), { giveUp: giveUp.signal })
    alerting.raise(named('a'))
    const closing = alerting.close()

    giveUp.abort()

    const { channels } = await closing
    assert.equal([channels['ops']?.deliveredCount, alerting.warnings.length], [0, 1])
    await close()
  })

  test('tells again what comes back after it was over', () =>
    withService(async ({ url, posted }) => {
      const alerting = anAlerting(toOps(url))
      for (const alert of [named('a'), resolved(named('a')), named('a'), named('a')]) alerting.raise(alert)
      await alerting.close()
      assert.equal(told(posted), ['firing run-1/a', 'resolved run-1/a', 'firing run-1/a'])
    }))

  test('tells of all that fires still that it is over, but not of a halt, which stands', () =>
    withService(async ({ url, posted }) => {
      const alerting = anAlerting(toOps(url))
      const halt = anAlert({ kind: 'emergency', dedupeKey: 'run-1/limit/x' })
      const rollback = anAlert({
        kind: 'rollback',
        dedupeKey: 'run-1/rollback',
        objective: null,
        summary: 'put back',
      })
      const verdict = anAlert({
        kind: 'verdict',
        dedupeKey: 'run-1/verdict',
        summary: 'checkout: NO-GO: why',
      })
      for (const alert of [named('a'), named('b'), resolved(named('a')), halt, rollback, verdict])
        alerting.raise(alert)
      alerting.resolveAll('2026-11-21T09:40:00.000Z', 'put back')
      await alerting.close()

      assert.equal(told(posted).slice(6), [
        'resolved run-1/b',
        'resolved run-1/rollback',
        'resolved run-1/verdict',
      ])
      const { summary, at } = jsonAt<{ summary: string; at: string }>(posted, 6)
      assert.is(summary, 'checkout: p99(response_time) < 100ms is well again: put back')
      assert.is(
        jsonAt<{ summary: string }>(posted, 8).summary,
        'checkout: the NO-GO was acted upon: put back',
      )
      assert.is(at, '2026-11-21T09:40:00.000Z')
    }))

  test('tells after a good run that all is over, also what runs before it have told, but not a drift', () =>
    withService(async ({ url, posted }) => {
      const drift = anAlert({
        kind: 'drift',
        dedupeKey: 'checkout/drift/p99',
        objective: null,
        annotations: { metric: 'p99' },
      })
      const verdict = anAlert({ kind: 'verdict', dedupeKey: 'checkout/verdict', objective: null })
      const known = [verdict, anAlert({ kind: 'emergency', dedupeKey: 'checkout/emergency/x' }), drift]
      const alerting = anAlerting(toOps(url), { known })
      alerting.raise(named('a'))
      alerting.endWell('2026-11-21T09:40:00.000Z', 'run run-2 ended GO')
      alerting.resolve('checkout/drift/p95', '2026-11-21T09:40:00.000Z', 'nobody knows of it')
      alerting.resolve('checkout/drift/p99', '2026-11-21T09:40:00.000Z', 'it is as it was at first')
      await alerting.close()

      assert.equal(told(posted), [
        'firing run-1/a',
        'resolved checkout/verdict',
        'resolved checkout/emergency/x',
        'resolved run-1/a',
        'resolved checkout/drift/p99',
      ])
      const summaries = posted.map((_, place) => jsonAt<{ summary: string }>(posted, place).summary)
      assert.equal(summaries.slice(1), [
        'checkout: the alert of its verdict is over: run run-2 ended GO',
        'checkout: the alert of its emergency is over: run run-2 ended GO',
        'checkout: p99(response_time) < 100ms no longer fires: run run-2 ended GO',
        'checkout: the drift of p99 is over: it is as it was at first',
      ])
    }))

  test('tells that it is over, too, of what another process told, without telling it again', () =>
    withService(async ({ url, posted }) => {
      const known = [named('a'), anAlert({ kind: 'rollback', dedupeKey: 'run-1/rollback' })]
      const channels = toOps(url)
      const pager = [{ severity: 'critical' as const, channels: ['ops'] }]
      const alerting = anAlerting(channels, { routes: pager, known })
      alerting.raise(anAlert({ kind: 'rollback', dedupeKey: 'run-1/rollback', severity: 'warning' }))
      alerting.resolveAll('2026-11-21T09:40:00.000Z', 'put back')
      await alerting.close()

      assert.equal(told(posted), ['resolved run-1/a', 'resolved run-1/rollback'])
    }))

  test('sends an alert to the channels whose routes its severity reaches, and from warning on to those of no route', () =>
    withService(async ({ url, posted }) => {
      const channels = Object.fromEntries(
        ['pager', 'chat', 'log', 'rest'].map((name) => [
          name,
          { plugin: 'webhook', config: { url: `${url}/${name}` } },
        ]),
      )
      const routes = [
        { severity: 'critical', channels: ['pager', 'chat'] },
        { severity: 'major', channels: ['chat'] },
        { severity: 'info', channels: ['log'] },
      ] as const
      const alerting = anAlerting(channels, { routes })
      for (const severity of SEVERITIES) alerting.raise(named(severity, severity))
      await alerting.close()

      const severitiesAt = (name: string) =>
        posted.flatMap(({ path, json }) =>
          path === `/${name}` ? [(json as { severity: string }).severity] : [],
        )
      assert.equal(severitiesAt('pager'), ['critical'])
      assert.equal(severitiesAt('chat'), ['major', 'critical'])
      assert.equal(severitiesAt('log'), ['info', 'warning', 'major', 'critical'])
      assert.equal(severitiesAt('rest'), ['warning', 'major', 'critical'])
    }))

  test('says that something is over only where it was said that it began', () =>
    withService(async ({ url, posted }) => {
      const alerting = anAlerting(toOps(url))
      alerting.raise(resolved(named('never raised')))
      alerting.raise(named('too mild', 'info'))
      alerting.raise(resolved(named('too mild', 'info')))
      alerting.raise(named('milder by now'))
      alerting.raise(resolved(named('milder by now', 'info')))
      await alerting.close()

      assert.equal(told(posted), ['firing run-1/milder by now', 'resolved run-1/milder by now'])
    }))

  test('tries again what was not taken', () =>
    withService(
      async ({ url, posted }) => {
        const alerting = anAlerting(toOps(url))
        alerting.raise(anAlert())

        assert.equal(await alerting.close(), OPS_FINE)
        assert.is(posted.length, 2)
        assert.is(posted[0]?.headers['idempotency-key'], posted[1]?.headers['idempotency-key'])
        assert.equal(alerting.warnings, [])
      },
      (response, place) => response.writeHead(place === 0 ? 503 : 202).end(),
    ))

  test('says that it is over also when it is not known whether the beginning arrived', () =>
    withService(
      async ({ url, posted }) => {
        const alerting = anAlerting(toOps(url))
        alerting.raise(named('a'))
        alerting.raise(resolved(named('a')))
        const { channels } = await alerting.close()

        assert.equal(told(posted), [...Array(3).fill('firing run-1/a'), 'resolved run-1/a'])
        assert.is(channels['ops']?.deliveredCount, 1)
        assert.is(channels['ops']?.failedCount, 1)
      },
      (response, place) => response.writeHead(place < 3 ? 500 : 202).end(),
    ))

  test('makes one warning of a dead endpoint, and reaches the others all the same', () =>
    withService(async ({ url, posted }) => {
      const dead = `http://127.0.0.1:${await closedPort()}`
      const alerting = anAlerting({
        dead: { plugin: 'slack', config: { url: `${dead}/services/s3cr3t` } },
        ...toOps(url),
      })
      alerting.raise(named('a'))
      alerting.raise(named('b'))
      const report = await alerting.close()

      assert.is(posted.length, 2)
      assert.is(alerting.warnings.length, 1)
      assert.match(alerting.warnings[0] ?? '', `alerts to 'dead' (slack) failed: ${dead} cannot be reached: `)
      assert.not.match(alerting.warnings[0] ?? '', 's3cr3t')
      assert.is(report.channels['dead']?.failedCount, 2)
      assert.match(report.channels['dead']?.lastError ?? '', 'ECONNREFUSED')
      assert.equal(alertReportSchema.parse(report), report)
    }))

  test('stops asking an endpoint that fails, and keeps what it last said', () =>
    withService(
      async ({ url, posted }) => {
        const alerting = anAlerting(toOps(url))
        for (const what of ['a', 'b', 'c']) alerting.raise(named(what))
        alerting.raise(resolved(named('c')))
        const { channels } = await alerting.close()

        assert.is(posted.length, 5)
        assert.is(channels['ops']?.failedCount, 3)
        assert.is(channels['ops']?.lastError, `${url} answered 500: out of order`)
        assert.equal(alerting.warnings, [
          `alerts to 'ops' (webhook) failed: ${url} answered 500: out of order`,
        ])
      },
      (response) => response.writeHead(500).end('out of order'),
    ))

  test('queues a hundred for an endpoint that hangs, drops the oldest, and never holds who raises', async () => {
    const waiting: ServerResponse[] = []
    let isHanging = true
    await withService(
      async ({ url, posted }) => {
        const alerting = anAlerting(toOps(url))
        alerting.raise(named('0'))
        while (posted.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
        for (let i = 1; i <= 149; i++) alerting.raise(named(String(i)))

        assert.is(posted.length, 1)
        isHanging = false
        for (const response of waiting) response.writeHead(202).end()
        const { channels } = await alerting.close()
        const newest = Array.from({ length: 100 }, (_, i) => `firing run-1/${i + 50}`)
        assert.equal(told(posted), ['firing run-1/0', ...newest])
        assert.equal(channels['ops'], {
          plugin: 'webhook',
          deliveredCount: 101,
          failedCount: 0,
          droppedCount: 49,
          lastError: '49 dropped, as more than 100 waited or the run was over',
        })
        assert.is(alerting.warnings.length, 1)
      },
      (response) => (isHanging ? waiting.push(response) : response.writeHead(202).end()),
    )
  })

  test('keeps the queue for what a channel is told of', async () => {
    const waiting: ServerResponse[] = []
    let isHanging = true
    await withService(
      async ({ url, posted }) => {
        const alerting = anAlerting(toOps(url))
        alerting.raise(named('a'))
        while (posted.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
        alerting.raise(named('b'))
        for (let i = 0; i < 150; i++) alerting.raise(resolved(named(`never raised ${i}`)))
        isHanging = false
        for (const response of waiting) response.writeHead(202).end()
        const { channels } = await alerting.close()

        assert.equal(told(posted), ['firing run-1/a', 'firing run-1/b'])
        assert.is(channels['ops']?.droppedCount, 0)
      },
      (response) => (isHanging ? waiting.push(response) : response.writeHead(202).end()),
    )
  })

  test('gives up what an endpoint that hangs has not taken ten seconds after the run', () =>
    withService(
      async ({ url, posted }) => {
        const alerting = anAlerting(toOps(url))
        for (const what of ['a', 'b', 'c']) alerting.raise(named(what))
        const report = await alerting.close()
        const { deliveredCount, failedCount, droppedCount } = report.channels['ops']!

        assert.is(deliveredCount, 0)
        assert.is(failedCount + droppedCount, 3)
        assert.is(alerting.warnings.length, 1)
        assert.ok(posted.length >= 1 && posted.length <= 3)
      },
      () => undefined,
    ))

  test('ignores what is raised after the end, and ends once', () =>
    withService(async ({ url, posted }) => {
      const alerting = anAlerting(toOps(url))
      alerting.raise(named('a'))
      const report = await alerting.close()
      alerting.raise(named('b'))

      assert.equal(await alerting.close(), report)
      assert.equal(report, OPS_FINE)
      assert.is(posted.length, 1)
    }))

  test('writes to stderr where the scenario says console', async () => {
    const alerting = anAlerting({ here: { plugin: 'console', config: {} } })
    alerting.raise(anAlert())

    assert.is(alerting.stderr.text, '')
    await alerting.close()
    assert.match(alerting.stderr.text, /^ALERT CRITICAL checkout: /)
  })

  test('has nothing to do without channels', async () => {
    const alerting = anAlerting({})
    alerting.raise(anAlert())

    assert.equal(await alerting.close(), { channels: {} })
  })
})

describe('Secrets of alert channels', (test) => {
  test('are filled in for the service, and masked in what it says', () =>
    withService(
      async ({ url, posted }) => {
        const channels: Channels = {
          ops: { plugin: 'pagerduty', config: { routingKey: '{{secret.KEY}}', url: '{{secret.URL}}' } },
        }
        const alerting = anAlerting(channels, { secrets: { KEY: 'r0ut1ng', URL: `${url}/v2/enqueue` } })
        alerting.raise(anAlert())
        const { channels: report } = await alerting.close()

        assert.is(jsonAt<{ routing_key: string }>(posted, 0).routing_key, 'r0ut1ng')
        assert.match(alerting.warnings[0] ?? '', 'answered 400: no key ***')
        assert.match(report['ops']?.lastError ?? '', 'answered 400: no key ***')
      },
      (response) => response.writeHead(400).end('no key r0ut1ng'),
    ))

  test('have to make an address that can be used, which is not shown', () => {
    try {
      anAlerting(
        { ops: { plugin: 'slack', config: { url: '{{secret.URL}}' } } },
        { secrets: { URL: 's3cr3t' } },
      )
      assert.unreachable()
    } catch (error) {
      assert.instance(error, HarnessError)
      const { code, message } = error as HarnessError
      assert.is(code, 'SCENARIO_INVALID')
      assert.match(message, /^alerts\.channels\.ops\.config\.url does not fit; expected: an http\(s\) URL/)
      assert.not.match(message, 's3cr3t')
    }
  })

  test('have to be there', () => {
    const isMissing = (error: unknown) => error instanceof HarnessError && error.code === 'SECRET_MISSING'

    assert.throws(() => anAlerting(toOps('{{secret.URL}}')), isMissing)
  })
})
