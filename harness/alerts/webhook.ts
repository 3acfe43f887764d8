/**
 * Posts the alert of `model/alert.ts` as JSON to any service. With a secret it is signed: the receiver computes
 * HMAC-SHA256 over `<x-proofload-timestamp>.<body>`, compares, and rejects old timestamps.
 */
import { createHmac } from 'node:crypto'
import * as z from 'zod'
import { visible } from '../base/visible.ts'
import type { Written } from '../base/written.ts'
import type { Alert } from '../model/alert.ts'
import type { PluginPlan } from '../model/plan.ts'
import type { AlertChannelPlugin } from '../ports/alert-channel.ts'
import { key, webUrl } from './config.ts'
import { postJson } from './post-json.ts'

const configSchema = z
  .strictObject({
    /** URL that alerts are posted to. */
    url: webUrl.describe('URL that receives alerts'),
    /** Key of the signature: HMAC-SHA256 over `<x-proofload-timestamp>.<body>`. Default: not signed. */
    secret: key
      .optional()
      .describe(
        'Key of the signature (HMAC-SHA256) over what is posted, usually {{secret.NAME}}. Default: not signed.',
      ),
  })
  .describe('A URL that accepts alerts as JSON')
type WebhookConfig = z.output<typeof configSchema>

/** Alerts are posted as JSON to any web address. */
export function webhook(config: Written<typeof configSchema>): PluginPlan {
  return { plugin: 'webhook', config }
}

/** The `webhook` plugin. */
export const webhookPlugin: AlertChannelPlugin = {
  name: 'webhook',
  summary: 'posts JSON to any URL, signed when a secret is given',
  configSchema,
  create(config, { clock }) {
    const { url, secret } = config as WebhookConfig
    return {
      send(alert, signal) {
        const json = JSON.stringify({ schemaVersion: 1, ...alert })
        const timestamp = String(Math.floor(clock.wallMs() / 1000))
        const signed = secret === undefined ? {} : signatureOf({ json, timestamp, secret })
        return postJson({
          url,
          json,
          headers: { 'idempotency-key': idempotencyKeyOf(alert), ...signed },
          signal,
        })
      },
      close: () => Promise.resolve(),
    }
  },
}

interface Signed {
  readonly json: string
  /** Seconds since 1970. */
  readonly timestamp: string
  readonly secret: string
}

function signatureOf({ json, timestamp, secret }: Signed): Record<string, string> {
  const hmac = createHmac('sha256', secret).update(`${timestamp}.${json}`).digest('hex')
  return { 'x-proofload-timestamp': timestamp, 'x-proofload-signature': `sha256=${hmac}` }
}

/** Returns a key that is the same for every attempt at one alert. Headers are ASCII. */
function idempotencyKeyOf({ dedupeKey, status, at }: Alert): string {
  return visible(`${dedupeKey}/${status}/${at}`).replace(/[^\x20-\x7e]/gu, encodeURIComponent)
}
