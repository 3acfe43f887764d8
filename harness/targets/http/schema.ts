/** What a scenario may write about an HTTP target and its requests. */
import { z } from 'zod'
import { recordOf } from '../../base/record-of.ts'
import { parseBytes } from '../../base/units.ts'
import { problemOfUrl } from './endpoint.ts'

/** A header name. */
export const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/
const OURS = ['content-length', 'transfer-encoding']
const REDIRECTS_MAX = 20

const headersSchema = recordOf(
  z.string().refine((value) => !/[\r\n\0]/.test(value), 'a header value is one line'),
  z.string().regex(TOKEN, "a header name holds only letters, digits and !#$%&'*+.^_`|~-"),
).refine(
  (headers) => !Object.keys(headers).some((name) => OURS.includes(name.toLowerCase())),
  `${OURS.join(' and ')} are set from the body; leave them out`,
)

const redirectsSchema = z.int().min(0).max(REDIRECTS_MAX)

/** Configuration of the `http` target. Parsing it twice changes nothing. */
export const httpConfigSchema = z
  .strictObject({
    url: z
      .string()
      .superRefine((text, context) => {
        const problem = problemOfUrl(text)
        if (problem !== null) context.addIssue({ code: 'custom', message: problem })
      })
      .describe('http(s)://host:port; paths of steps are appended'),
    version: z
      .union([z.literal(1), z.literal(2)])
      .default(1)
      .describe('HTTP/1.1 or HTTP/2'),
    headers: headersSchema.default({}).describe('Sent with every request; those of a step win'),
    maxBody: z
      .string()
      .refine(isBytes, 'write a size with a unit, for example 64MiB')
      .default('64MiB')
      .describe('Largest body of an answer, also after decompression'),
    followRedirects: redirectsSchema.default(0).describe('Redirects to follow, within the origin of url'),
    cookies: z.boolean().default(true).describe('Whether agents keep cookies, each its own'),
    tls: z
      .strictObject({
        verify: z.boolean().default(true).describe('Whether certificates are verified'),
        ca: z.string().min(1).optional().describe('PEM file of an authority to trust besides'),
      })
      .default({ verify: true })
      .describe('How the server proves who it is'),
    pid: z
      .int()
      .positive()
      .optional()
      .describe('Process of the target on this machine, to record its CPU and memory'),
  })
  .describe('An HTTP server')
export type HttpConfig = z.output<typeof httpConfigSchema>

/** One request; strings may hold `{{variables}}`. */
export const httpRequestSchema = z
  .strictObject({
    method: z
      .string()
      .regex(/^[A-Z]+$/, 'a method is written in capitals')
      .default('GET')
      .describe('GET unless said'),
    path: z
      .string()
      .regex(/^(\/|\{\{)/, 'a path begins with / or with a variable that does')
      .describe('Path and query'),
    headers: headersSchema.optional().describe('Headers of this request'),
    json: z.unknown().optional().describe('Body as JSON'),
    body: z.string().optional().describe('Body as it is'),
    form: recordOf(z.string()).optional().describe('Body as a submitted form'),
    followRedirects: redirectsSchema
      .optional()
      .describe("Redirects to follow; the target's setting unless said"),
  })
  .refine(
    ({ json, body, form }) => [json, body, form].filter((part) => part !== undefined).length <= 1,
    'a request has one body: json, body or form',
  )
  .describe('An HTTP request')
export type HttpRequest = z.output<typeof httpRequestSchema>

function isBytes(text: string): boolean {
  try {
    return parseBytes(text) > 0
  } catch {
    // Not a size: the schema says so with its path.
    return false
  }
}
