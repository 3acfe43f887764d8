/** PagerDuty, Events API v2: triggers an incident for a firing alert and resolves it for a resolved one. */
import * as z from 'zod'
import { visible } from '../base/visible.ts'
import type { Written } from '../base/written.ts'
import type { Alert } from '../model/alert.ts'
import type { PluginPlan } from '../model/plan.ts'
import type { Severity } from '../model/severity.ts'
import type { AlertChannelPlugin } from '../ports/alert-channel.ts'
import { key, webUrl } from './config.ts'
import { postJson } from './post-json.ts'
import { clip, digestOf, factsOf, linkOf } from './text.ts'

/** The limits of PagerDuty. */
const KEY_CHARS_MAX = 255
const SUMMARY_CHARS_MAX = 1024
const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  info: 'info',
  warning: 'warning',
  major: 'error',
  critical: 'critical',
}

const configSchema = z
  .strictObject({
    /** Integration key of an Events API v2 integration; as a rule a secret. */
    routingKey: key.describe('Integration key of an Events API v2 integration, usually {{secret.NAME}}'),
    /** URL that events are posted to. Default: `https://events.pagerduty.com/v2/enqueue`; for accounts in the EU `https://events.eu.pagerduty.com/v2/enqueue`. */
    url: webUrl
      .default('https://events.pagerduty.com/v2/enqueue')
      .describe(
        'URL that events are posted to; for accounts in the EU https://events.eu.pagerduty.com/v2/enqueue',
      ),
  })
  .describe('A service of PagerDuty')
type PagerdutyConfig = z.output<typeof configSchema>

/** Alerts become incidents of a PagerDuty service. */
export function pagerduty(config: Written<typeof configSchema>): PluginPlan {
  return { plugin: 'pagerduty', config }
}

/** The `pagerduty` plugin. */
export const pagerdutyPlugin: AlertChannelPlugin = {
  name: 'pagerduty',
  summary: 'triggers a PagerDuty incident, and resolves it when the alert is resolved',
  configSchema,
  create(config) {
    const { url, routingKey } = config as PagerdutyConfig
    return {
      send: (alert, signal) => postJson({ url, json: JSON.stringify(eventFor(alert, routingKey)), signal }),
      close: () => Promise.resolve(),
    }
  },
}

function eventFor(alert: Alert, routingKey: string): object {
  const identity = { routing_key: routingKey, dedup_key: dedupKeyOf(alert) }
  if (alert.status === 'resolved') return { ...identity, event_action: 'resolve' }
  const link = linkOf(alert)
  return {
    ...identity,
    event_action: 'trigger',
    client: 'proofload',
    payload: payloadFor(alert),
    ...(link === null ? {} : { links: [{ href: link, text: 'Runbook' }] }),
  }
}

function payloadFor(alert: Alert): object {
  return {
    summary: clip(visible(alert.summary), SUMMARY_CHARS_MAX),
    source: visible(alert.scenario),
    severity: SEVERITY_WORDS[alert.severity],
    timestamp: alert.at,
    class: alert.kind,
    custom_details: Object.fromEntries(factsOf(alert)),
  }
}

function dedupKeyOf({ dedupeKey }: Alert): string {
  return dedupeKey.length <= KEY_CHARS_MAX ? dedupeKey : `proofload-${digestOf(dedupeKey)}`
}
