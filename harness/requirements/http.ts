import * as z from 'zod'
import { connectionFailureOf } from '../base/errors.ts'
import { lookupFor } from '../base/loopback.ts'
import { holdsNoPassword } from '../base/password-in-url.ts'
import { recordOf } from '../base/record-of.ts'
import type { Written } from '../base/written.ts'
import type { RequirementPlugin } from '../ports/requirement.ts'
import type { RequirementRef, RequirementSettings } from './reference.ts'

const configSchema = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'write a URL, for example http://127.0.0.1:8080/health' })
      .refine(holdsNoPassword, "send an 'authorization' header with a secret instead of a password")
      .describe('Asked with GET'),
    /** Status of the answer. Default: any of 200 to 399; redirects are not followed. */
    status: z
      .number()
      .int()
      .min(100)
      .max(599)
      .optional()
      .describe('Status of the answer. Default: any of 200 to 399; redirects are not followed.'),
    /** Sent with the request; values may be secrets. */
    headers: recordOf(z.string()).default({}).describe('Sent with the request; values may be secrets'),
  })
  .describe('A URL that answers')

/** Requires a URL that answers: `httpCheck({ url: 'http://127.0.0.1:8080/health' })`. */
export function httpCheck(
  config: Written<typeof configSchema>,
  settings: RequirementSettings = {},
): RequirementRef {
  return { plugin: 'http', config, ...settings }
}

/** The `http` plugin: a service that says by its status whether it is ready. */
export const httpPlugin: RequirementPlugin = {
  name: 'http',
  summary: 'a URL that answers with a good status, or with the one stated',
  configSchema,
  hostsOf: (config) => [new URL(configSchema.parse(config).url).hostname],
  describe(config) {
    const { origin, pathname } = new URL(configSchema.parse(config).url)
    return `http ${origin}${pathname}`
  },
  async check(config, { signal }) {
    const { url, status: wanted, headers } = configSchema.parse(config)
    const status = await statusOf(url, headers, signal)
    const isGood = wanted === undefined ? status >= 200 && status < 400 : status === wanted
    if (!isGood) throw new Error(`answers with status ${status}, not ${wanted ?? 'one of 200 to 399'}`)
    return `answers with status ${status}`
  },
}

async function statusOf(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<number> {
  const { Agent, request } = await import('undici')
  const lookup = lookupFor(new URL(url).hostname)
  const dispatcher = new Agent({ connect: lookup === undefined ? {} : { lookup } })
  try {
    // The status decides; a body may be of any length.
    const { statusCode } = await request(url, { dispatcher, headers: { ...headers }, signal })
    return statusCode
  } catch (error) {
    throw new Error(connectionFailureOf(error, 'no answer'), { cause: error })
  } finally {
    await dispatcher.destroy()
  }
}
