/** HTTP targets: version 1.1 by our own client, version 2 through undici. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { parseBytes } from '../../base/units.ts'
import type { ProbeResult, TargetPlugin } from '../../ports/target.ts'
import { stepNameOf } from './client.ts'
import { HttpDriver, type HttpDriverSettings } from './driver.ts'
import { Http2Driver } from './http2-driver.ts'
import { probeUrl } from './probe.ts'

export type { HttpClient } from './client.ts'

const text = z.record(z.string(), z.string())

const bytes = z.string().superRefine((value, context) => {
  try {
    parseBytes(value)
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) })
  }
})

const configSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe('http:// or https:// address; paths of steps are appended'),
  version: z
    .union([z.literal(1), z.literal(2)])
    .default(1)
    .describe('HTTP version'),
  headers: text.default({}).describe('Sent with every request'),
  maxBody: bytes.default('64MiB').describe('Largest answer that is taken'),
  followRedirects: z
    .number()
    .int()
    .min(0)
    .max(20)
    .default(0)
    .describe('Redirects followed within the origin'),
  cookies: z.boolean().default(true).describe('Each agent keeps the cookies it is given'),
  tls: z.strictObject({ verify: z.boolean().default(true), ca: z.string().optional() }).prefault({}),
  pid: z
    .number()
    .int()
    .positive()
    .optional()
    .describe('Process of the target on this machine, to record its resources'),
})
type HttpConfig = z.output<typeof configSchema>

const requestSchema = z
  .strictObject({
    method: z
      .string()
      .regex(/^[A-Za-z]+$/, 'a method such as GET')
      .default('GET'),
    path: z.string().min(1),
    headers: text.optional(),
    json: z.unknown().optional(),
    body: z.string().optional(),
    form: text.optional(),
  })
  .refine(
    ({ json, body, form }) => [json, body, form].filter((part) => part !== undefined).length <= 1,
    'only one of json, body, form',
  )

/** The HTTP plugin. */
export const httpTarget: TargetPlugin = {
  name: 'http',
  configSchema,
  requestSchema,
  nameOf: ({ method, path }) => stepNameOf(String(method), String(path)),
  hostsOf: (config) => (typeof config['url'] === 'string' ? [new URL(config['url']).hostname] : []),
  probe: (config, clock): Promise<ProbeResult> =>
    probeUrl((config as HttpConfig).url, (config as HttpConfig).tls.verify, clock),
  createDriver(config, context) {
    const settings = settingsOf(config as HttpConfig)
    return (config as HttpConfig).version === 2
      ? new Http2Driver(settings, context)
      : new HttpDriver(settings, context)
  },
}

function settingsOf(config: HttpConfig): HttpDriverSettings {
  const url = new URL(config.url)
  const secure = url.protocol === 'https:'
  const hostname = url.hostname.replace(/^\[|\]$/g, '')
  return {
    origin: url.origin,
    host: url.host,
    headers: config.headers,
    cookies: config.cookies,
    followRedirects: config.followRedirects,
    connection: {
      host: hostname,
      port: Number(url.port || (secure ? 443 : 80)),
      tls: secure
        ? {
            rejectUnauthorized: config.tls.verify,
            ...(/^[\d.]+$|:/.test(hostname) ? {} : { servername: hostname }),
            ...(config.tls.ca === undefined ? {} : { ca: readCertificate(config.tls.ca) }),
          }
        : null,
      maxBodyBytes: parseBytes(config.maxBody),
    },
  }
}

function readCertificate(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new HarnessError('SCENARIO_INVALID', `tls.ca: ${file} cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: 'Give the path of a PEM file.',
    })
  }
}
