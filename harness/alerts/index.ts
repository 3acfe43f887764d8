/** The registry of alert channels. A new one is one file and one line here. */
import { createRegistry } from '../base/registry.ts'
import { alertmanagerAlerts } from './alertmanager.ts'
import { consoleAlerts } from './console.ts'
import { emailAlerts } from './email.ts'
import { opsgenieAlerts } from './opsgenie.ts'
import { pagerdutyAlerts } from './pagerduty.ts'
import { slackAlerts } from './slack.ts'
import { webhookAlerts } from './webhook.ts'

export const alertChannels = createRegistry('alert channel', [
  consoleAlerts,
  webhookAlerts,
  slackAlerts,
  pagerdutyAlerts,
  opsgenieAlerts,
  emailAlerts,
  alertmanagerAlerts,
])
