import { createHmac } from 'node:crypto'
import type { Dispatcher } from 'undici'
import * as z from 'zod'
import { isoOf } from '../base/clock.ts'
import { HarnessError } from '../base/errors.ts'
import { holdsNoPassword } from '../base/password-in-url.ts'
import { recordOf } from '../base/record-of.ts'
import { parseDurationMs } from '../base/units.ts'
import type { Written } from '../base/written.ts'
import type { PluginPlan } from '../model/plan.ts'
import type { RollbackContext, RollbackProcedurePlugin } from '../ports/rollback-procedure.ts'
import { cutToLastLines } from '../system/child-process.ts'
import { asFailure } from './child.ts'
import { limit } from './schema-parts.ts'

const ANSWER_CHARS_MAX = 65_536
const SECRET = /\{\{\s*secret\.[\w.-]+\s*\}\}/

const configSchema = z
  .strictObject({
    /** URL that is sent a POST, once. */
    url: z
      .string()
      .refine(
        (text) => SECRET.test(text) || isWebUrl(text),
        'an http or https URL, or {{secret.NAME}} that holds one',
      )
      .refine(holdsNoPassword, 'send a header with a secret instead of a password in the URL')
      .describe('URL that receives the POST'),
    /** Key of the signature: `secret('UNDO_KEY')`. */
    secret: z.string().min(1).describe('Key of the signature; use secret(NAME), never the key itself'),
    /** Headers that are sent besides. */
    headers: recordOf(z.string()).default({}).describe('Additional headers'),
    /** Time limit. Default: `'1m'`. */
    timeout: limit('1m'),
  })
  .describe('A service that rolls the system back on request')

/** Asks a service by a POST that is signed (HMAC-SHA256) and carries an idempotency key. */
export function webhookUndo(config: Written<typeof configSchema>): PluginPlan {
  return { plugin: 'webhook', config }
}

/** The `webhook` plugin: the receiver knows by the signature who asks, and by the idempotency key whether it was asked before. */
export const webhookPlugin: RollbackProcedurePlugin = {
  name: 'webhook',
  summary: 'sends a service a signed POST with an idempotency key',
  configSchema,
  describe: (config) => `POST ${configSchema.parse(config).url}, signed`,
  async undo(config, context) {
    const { url, timeout, secret, headers } = configSchema.parse(config)
    const { resilient } = await import('../base/resilience.ts')
    const policy = resilient({
      attempts: 1,
      timeoutMs: parseDurationMs(timeout),
      pauseMs: 0,
      breaker: null,
    })
    try {
      const body = bodyOf(context)
      return await policy.execute(
        ({ signal }) => post(url, { ...headers, ...signedHeaders(body, secret, context) }, body, signal),
        context.signal,
      )
    } catch (error) {
      throw asFailure(`POST ${placeOf(url)}`, error, 'Check that the service is up, and see its log.')
    }
  },
}

function bodyOf({ rollbackId, runId, scenario, correlationId, reason, clock }: RollbackContext): string {
  const at = isoOf(clock.wallMs())
  return JSON.stringify({ rollbackId, runId, scenario, correlationId, reason, at })
}

/**
 * Signs a body; the receiver computes the same over `<timestamp>.<body>`, and rejects timestamps (seconds since 1970) that are
 * too old.
 */
function signedHeaders(body: string, secret: string, { clock, idempotencyKey }: RollbackContext) {
  const timestamp = String(Math.floor(clock.wallMs() / 1000))
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
  return {
    'content-type': 'application/json',
    'idempotency-key': idempotencyKey,
    'x-proofload-timestamp': timestamp,
    'x-proofload-signature': `sha256=${signature}`,
  }
}

async function post(url: string, headers: Record<string, string>, body: string, signal: AbortSignal) {
  const { request } = await import('undici')
  const answer = await request(url, { method: 'POST', headers, body, signal })
  const said = cutToLastLines(await beginningOf(answer.body))
  const message = `${placeOf(url)} answered ${answer.statusCode}${said === '' ? '' : `: ${said}`}`
  if (answer.statusCode >= 200 && answer.statusCode < 300) return { message }
  throw new HarnessError('ROLLBACK_FAILED', message, {
    hint: 'The service must answer 2xx once it has rolled the system back.',
  })
}

/** Returns the URL without the query, which may hold tokens. */
function placeOf(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}

function isWebUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)
}

/** Reads the beginning of the answer only, because it may be endless. */
async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  let text = ''
  for await (const chunk of body) {
    text += chunk
    if (text.length > ANSWER_CHARS_MAX) break
  }
  return text
}
