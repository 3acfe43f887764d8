/** Every service that can be told. A new one is one file, one line here and its builder in `harness/index.ts`. */
import { createRegistry } from '../base/registry.ts'
import { alertmanagerPlugin } from './alertmanager.ts'
import { consolePlugin } from './console.ts'
import { emailPlugin } from './email.ts'
import { opsgeniePlugin } from './opsgenie.ts'
import { pagerdutyPlugin } from './pagerduty.ts'
import { slackPlugin } from './slack.ts'
import { webhookPlugin } from './webhook.ts'

export const alertChannels = createRegistry('alert channel', [
  consolePlugin,
  webhookPlugin,
  slackPlugin,
  pagerdutyPlugin,
  opsgeniePlugin,
  emailPlugin,
  alertmanagerPlugin,
])
