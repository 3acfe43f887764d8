import * as assert from 'uvu/assert'
import { alertmanager } from '../../harness/alerts/alertmanager.ts'
import { consoleAlerts } from '../../harness/alerts/console.ts'
import { email } from '../../harness/alerts/email.ts'
import { alertChannels } from '../../harness/alerts/index.ts'
import { opsgenie } from '../../harness/alerts/opsgenie.ts'
import { pagerduty } from '../../harness/alerts/pagerduty.ts'
import { slack } from '../../harness/alerts/slack.ts'
import { webhook } from '../../harness/alerts/webhook.ts'
import type { Alert } from '../../harness/model/alert.ts'
import { secret } from '../../harness/scenario/secrets.ts'
import { aChannel, anAlert, aTextStream, sendOnce, withService } from '../kit/alerts.ts'
import { withMailServer } from '../kit/mail-server.ts'
import { describe } from '../kit/suite.ts'

const GOOD: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  console: {},
  webhook: { url: 'https://hooks.example.org/a?b=c', secret: '{{secret.HOOK}}' },
  slack: { url: '{{secret.SLACK_URL}}' },
  pagerduty: { routingKey: '{{ secret.PAGER }}' },
  opsgenie: { apiKey: '{{secret.GENIE}}' },
  email: {
    host: 'mail.example.org',
    from: 'Proofload <p@example.org>',
    to: ['{{secret.WHO}}', 'a@example.org'],
  },
  alertmanager: { url: 'http://{{secret.HOST}}:9093' },
}
const BAD: readonly (readonly [plugin: string, path: string, config: Readonly<Record<string, unknown>>])[] = [
  ['console', '', { color: true }],
  ['webhook', 'url', { url: 'hooks.example.org' }],
  ['webhook', 'url', { url: 'ftp://hooks.example.org' }],
  ['webhook', 'url', { url: 'https://user:pw@hooks.example.org' }],
  ['webhook', 'url', { url: '{{SLACK_URL}}' }],
  ['webhook', 'secret', { url: 'https://hooks.example.org', secret: '' }],
  ['slack', 'url', {}],
  ['pagerduty', 'routingKey', { routingKey: '' }],
  ['opsgenie', 'apiKey', {}],
  ['email', 'to', { ...GOOD['email'], to: [] }],
  ['email', 'from', { ...GOOD['email'], from: 'nobody' }],
  ['email', 'from', { ...GOOD['email'], from: 'a@example.org\r\nBcc: b' }],
  ['email', 'port', { ...GOOD['email'], port: 70_000 }],
  ['email', '', { ...GOOD['email'], user: 'me' }],
  ['alertmanager', 'url', { url: '' }],
]

const regression = () =>
  anAlert({
    kind: 'verdict',
    dedupeKey: 'run-1/verdict',
    summary: 'checkout: NO-GO: p50 of pay regressed against main: +29.7 %',
    objective: null,
    observed: null,
    annotations: { baseline: 'main', metric: 'p50', step: 'pay', change: '+29.7 %' },
  })

/** All that the service of a channel, or the terminal, gets to read. */
async function sentBy(plugin: string, alert: Alert): Promise<string> {
  const stderr = aTextStream()
  let mail = ''
  let posts = ''
  await withMailServer({}, ({ port, mails }) =>
    withService(async ({ url, posted }) => {
      const keys = { pagerduty: { routingKey: 'key' }, opsgenie: { apiKey: 'key' } }[plugin]
      const place = { host: '127.0.0.1', port, security: 'none' }
      const config = {
        console: {},
        email: { ...place, from: 'p@example.org', to: ['a@example.org'] },
      }[plugin] ?? { url, ...keys }
      await sendOnce(aChannel(plugin, config, { stderr }), alert)
      // Long lines of mails are folded.
      mail = mails.map(({ source }) => source.replace(/=\r\n/g, '')).join('\n')
      posts = posted.map(({ body }) => body).join('\n')
    }),
  )
  return `${stderr.text}${mail}${posts}`
}

describe('Every alert channel', (test) => {
  test('takes its settings, with secrets where they stand, and parsing twice changes nothing', () => {
    assert.equal(Object.keys(GOOD), alertChannels.names)
    for (const { name, configSchema } of alertChannels.all) {
      const once = configSchema.parse(GOOD[name])
      assert.equal(configSchema.parse(once), once, name)
    }
  })

  test('says where settings do not fit', () => {
    for (const [plugin, path, config] of BAD) {
      const parsed = alertChannels.get(plugin).configSchema.safeParse(config)
      assert.is(parsed.error?.issues[0]?.path.join('.'), path, `${plugin} ${JSON.stringify(config)}`)
    }
  })

  test('tells what regressed, by how much and against what', async () => {
    for (const plugin of alertChannels.names) {
      const told = await sentBy(plugin, regression())
      assert.match(told, 'checkout: NO-GO: p50 of pay regressed against main: +29.7 %', plugin)
    }
  })

  test('has a sentence for the documentation', () => {
    for (const { summary } of alertChannels.all) assert.ok(summary.length > 10)
  })
})

describe('Builders of alert channels', (test) => {
  test('make what every channel takes', () => {
    const built = [
      consoleAlerts(),
      webhook({ url: 'https://hooks.example.org/perf', secret: secret('HOOK_KEY') }),
      slack({ url: secret('SLACK_URL') }),
      pagerduty({ routingKey: secret('PAGER_KEY') }),
      opsgenie({ apiKey: secret('GENIE_KEY'), url: 'https://api.eu.opsgenie.com' }),
      email({ host: 'mail.example.org', from: 'perf@example.org', to: ['team@example.org'] }),
      alertmanager({ url: 'http://127.0.0.1:9093' }),
    ]

    assert.equal(
      built.map(({ plugin }) => plugin),
      alertChannels.names,
    )
    for (const { plugin, config } of built)
      assert.ok(alertChannels.get(plugin).configSchema.safeParse(config).success, plugin)
  })

  test('keep the settings as they are, secrets by name', () => {
    assert.equal(pagerduty({ routingKey: secret('PAGER_KEY') }), {
      plugin: 'pagerduty',
      config: { routingKey: '{{secret.PAGER_KEY}}' },
    })
  })
})
