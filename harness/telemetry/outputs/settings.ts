/** The settings of every output: what a scenario is checked with. The code of an output is loaded when a run has it. */
import * as z from 'zod'
import { recordOf } from '../../base/record-of.ts'
import { duration } from '../../base/text-schemas.ts'

const SECRET = /\{\{\s*secret\.[\w.-]+\s*\}\}/

const webUrl = z
  .string()
  .refine(
    (text) => SECRET.test(text) || isWebUrl(text),
    'an http(s) URL without a password in it, or {{secret.NAME}} that holds one',
  )
const hostAndPort = z
  .string()
  .regex(/^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, 'host:port, such as 127.0.0.1:8125')
const listenAddress = z
  .string()
  .regex(/^(?:(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):)?\d{1,5}$/, 'a port or host:port, such as 9464')
const headers = recordOf(z.string())
  .default({})
  .describe('More headers, such as authorization: Bearer {{secret.TOKEN}}')
const every = (usual: string) =>
  duration.default(usual).describe(`Time from one batch to the next. Default: ${usual}.`)

function isWebUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return ['http:', 'https:'].includes(protocol) && username === '' && password === ''
}

export const prometheusSettings = z.strictObject({
  listen: listenAddress
    .default('127.0.0.1:9464')
    .describe('Where Prometheus scrapes /metrics. Default: 127.0.0.1:9464.'),
  token: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Bearer token of a scrape, usually {{secret.NAME}}; beyond loopback it has to be there. Default: $PROOFLOAD_METRICS_TOKEN, or none.',
    ),
  linger: duration
    .default('30s')
    .describe(
      'How long the endpoint waits, after the run, for a scrape of its end; 0s: not at all. Default: 30s.',
    ),
})

export const remoteWriteSettings = z.strictObject({
  url: webUrl.describe('URL of the receiver, such as http://127.0.0.1:9090/api/v1/write'),
  every: every('5s'),
  histograms: z
    .enum(['native', 'classic', 'both'])
    .default('native')
    .describe('native: one exact series, where the receiver knows them; else classic ones. Default: native.'),
  headers,
  staleMarkers: z
    .boolean()
    .default(true)
    .describe('Ends every series with the run, so that nothing is shown on for five minutes. Default: true.'),
})

export const otlpSettings = z.strictObject({
  url: webUrl.describe(
    'Base URL of the receiver, such as http://127.0.0.1:4318; /v1/metrics and /v1/traces are added',
  ),
  every: every('10s'),
  temporality: z
    .enum(['cumulative', 'delta'])
    .default('cumulative')
    .describe('delta: for Datadog and Dynatrace. Default: cumulative.'),
  traces: z
    .boolean()
    .default(true)
    .describe('Sends one trace of the run, and its slowest requests, at its end. Default: true.'),
  headers,
})

export const statsdSettings = z.strictObject({
  address: hostAndPort.default('127.0.0.1:8125').describe('Where it listens (UDP). Default: 127.0.0.1:8125.'),
  every: every('10s'),
})

export const datadogSettings = z.strictObject({
  address: hostAndPort
    .default('127.0.0.1:8125')
    .describe('Where the agent listens (DogStatsD, UDP). Default: 127.0.0.1:8125.'),
  every: every('10s'),
})

export const influxSettings = z.strictObject({
  url: webUrl.describe(
    'URL of the write, such as http://127.0.0.1:8086/api/v2/write?org=ours&bucket=load; precision=ms is added',
  ),
  token: z.string().min(1).optional().describe('Token of the API, usually {{secret.NAME}}. Default: none.'),
  every: every('10s'),
})

export const jsonSettings = z.strictObject({
  file: z.string().min(1).describe('File that points are written to, one line of JSON each'),
  every: every('5s'),
})
