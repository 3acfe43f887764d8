/** Opsgenie, Alert API v2: creates an alert when it fires and closes it, by the same alias, when it resolves. */
import * as z from 'zod'
import { visible } from '../base/visible.ts'
import type { Written } from '../base/written.ts'
import type { Alert } from '../model/alert.ts'
import type { PluginPlan } from '../model/plan.ts'
import type { Severity } from '../model/severity.ts'
import type { AlertChannelPlugin } from '../ports/alert-channel.ts'
import { key, webUrl } from './config.ts'
import { postJson } from './post-json.ts'
import { clip, digestOf, factsOf } from './text.ts'

/** The limits of Opsgenie. */
const MESSAGE_CHARS_MAX = 130
const ENTITY_CHARS_MAX = 512
const DESCRIPTION_CHARS_MAX = 15_000
const PRIORITIES: Readonly<Record<Severity, string>> = {
  info: 'P5',
  warning: 'P3',
  major: 'P2',
  critical: 'P1',
}

const configSchema = z
  .strictObject({
    /** Key of an API integration; as a rule a secret. */
    apiKey: key.describe('Key of an API integration, usually {{secret.NAME}}'),
    /** URL of the API. Default: `https://api.opsgenie.com`; for accounts in the EU `https://api.eu.opsgenie.com`. */
    url: webUrl
      .default('https://api.opsgenie.com')
      .describe('URL of the API; for accounts in the EU https://api.eu.opsgenie.com'),
  })
  .describe('An account of Opsgenie')
type OpsgenieConfig = z.output<typeof configSchema>

/** Alerts go to an Opsgenie account. */
export function opsgenie(config: Written<typeof configSchema>): PluginPlan {
  return { plugin: 'opsgenie', config }
}

/** The `opsgenie` plugin. */
export const opsgeniePlugin: AlertChannelPlugin = {
  name: 'opsgenie',
  summary: 'creates an Opsgenie alert, and closes it when it is resolved',
  configSchema,
  create(config) {
    const { url, apiKey } = config as OpsgenieConfig
    const api = `${url.replace(/\/+$/, '')}/v2/alerts`
    const headers = { authorization: `GenieKey ${apiKey}` }
    return {
      send(alert, signal) {
        const [address, document] =
          alert.status === 'resolved'
            ? [`${api}/${aliasOf(alert)}/close?identifierType=alias`, closingOf(alert)]
            : [api, creationOf(alert)]
        return postJson({ url: address, json: JSON.stringify(document), headers, signal })
      },
      close: () => Promise.resolve(),
    }
  },
}

function creationOf(alert: Alert): object {
  return {
    message: clip(visible(alert.summary), MESSAGE_CHARS_MAX),
    alias: aliasOf(alert),
    description: descriptionOf(alert),
    priority: PRIORITIES[alert.severity],
    source: 'proofload',
    entity: clip(visible(alert.scenario), ENTITY_CHARS_MAX),
    tags: ['proofload', alert.kind, alert.severity],
    details: Object.fromEntries(factsOf(alert)),
  }
}

function closingOf(alert: Alert): object {
  return { source: 'proofload', note: descriptionOf(alert) }
}

function descriptionOf({ summary }: Alert): string {
  return clip(visible(summary), DESCRIPTION_CHARS_MAX)
}

/** Returns the alias, which is part of a URL, where the slash of a dedupe key would not survive every server on the way. */
function aliasOf({ dedupeKey }: Alert): string {
  return `proofload-${digestOf(dedupeKey)}`
}
