/** Every monitoring system that figures go to. A new one is one file, its settings, one entry here and its builder in `harness/index.ts`. */

import type * as z from 'zod'
import { lookUp } from '../../base/names.ts'
import { createRegistry } from '../../base/registry.ts'
import { parseDurationMs } from '../../base/units.ts'
import type { Output, OutputContext, OutputPlugin } from '../../ports/output.ts'
import {
  datadogSettings,
  influxSettings,
  jsonSettings,
  otlpSettings,
  prometheusSettings,
  remoteWriteSettings,
  statsdSettings,
} from './settings.ts'

/** An endpoint that is asked shows every second. */
const SECOND_MS = 1000

interface Definition<Config extends Record<string, unknown>> {
  readonly name: string
  readonly summary: string
  readonly configSchema: z.ZodType<Config>
  readonly flag: keyof Config & string
  readonly isAsked?: true
  isClassic?(config: Config): boolean
  load(): Promise<(config: Config, context: OutputContext) => Promise<Output>>
}

function define<Config extends Record<string, unknown>>(of: Definition<Config>): OutputPlugin {
  const { name, summary, flag } = of
  return {
    name,
    summary,
    flag,
    configSchema: of.configSchema as unknown as OutputPlugin['configSchema'],
    isAsked: of.isAsked ?? false,
    isClassic: (config) => of.isClassic?.(config as Config) ?? false,
    everyMs: ({ every }) => (typeof every === 'string' ? parseDurationMs(every) : SECOND_MS),
    placeOf: (config) => placeOf(flag, String(lookUp(config, flag) ?? '')),
    open: async (config, context) => (await of.load())(config as Config, context),
  }
}

/** The place without what may be secret in it. */
function placeOf(flag: string, value: string): ReturnType<OutputPlugin['placeOf']> {
  if (flag === 'file') return { text: value, host: null }
  if (flag === 'listen') return { text: `port ${value}`, host: null }
  const { host, hostname } = new URL(flag === 'url' ? value : `udp://${value}`)
  return { text: host, host: hostname }
}

export const outputs = createRegistry<OutputPlugin>('output', [
  define({
    name: 'prometheus',
    summary: 'an endpoint that Prometheus scrapes while the run lasts',
    configSchema: prometheusSettings,
    flag: 'listen',
    isAsked: true,
    isClassic: () => true,
    load: async () => (await import('./prometheus.ts')).openPrometheus,
  }),
  define({
    name: 'remote-write',
    summary: 'writes to Prometheus, Mimir or VictoriaMetrics (remote write 1.0)',
    configSchema: remoteWriteSettings,
    flag: 'url',
    isClassic: ({ histograms }) => histograms !== 'native',
    load: async () => (await import('./remote-write.ts')).openRemoteWrite,
  }),
  define({
    name: 'otlp',
    summary: 'OpenTelemetry metrics and traces (OTLP/HTTP, JSON)',
    configSchema: otlpSettings,
    flag: 'url',
    load: async () => (await import('./otlp.ts')).openOtlp,
  }),
  define({
    name: 'statsd',
    summary: 'counters and gauges to StatsD (UDP)',
    configSchema: statsdSettings,
    flag: 'address',
    load: async () => (await import('./statsd.ts')).openStatsd,
  }),
  define({
    name: 'datadog',
    summary: 'counters, gauges and distributions to a Datadog agent (DogStatsD, UDP)',
    configSchema: datadogSettings,
    flag: 'address',
    load: async () => (await import('./datadog.ts')).openDatadog,
  }),
  define({
    name: 'influx',
    summary: 'line protocol to InfluxDB (HTTP API v2)',
    configSchema: influxSettings,
    flag: 'url',
    load: async () => (await import('./influx.ts')).openInflux,
  }),
  define({
    name: 'json',
    summary: 'points as lines of JSON, in a file',
    configSchema: jsonSettings,
    flag: 'file',
    load: async () => (await import('./json.ts')).openJson,
  }),
])
