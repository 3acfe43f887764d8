import * as assert from 'uvu/assert'
import { alertChannels } from '../../harness/alerts/index.ts'
import {
  alertmanager,
  consoleAlerts,
  email,
  opsgenie,
  pagerduty,
  slack,
  webhook,
} from '../../harness/scenario/alert-builders.ts'
import { secret } from '../../harness/scenario/secrets.ts'
import { describe } from '../kit/suite.ts'

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
