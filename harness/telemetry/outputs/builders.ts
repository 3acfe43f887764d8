/** The outputs as scenarios write them in TypeScript. */
import type { Written } from '../../base/written.ts'
import type { PluginPlan } from '../../model/plan.ts'
import type {
  datadogSettings,
  influxSettings,
  jsonSettings,
  otlpSettings,
  prometheusSettings,
  remoteWriteSettings,
  statsdSettings,
} from './settings.ts'

/** Figures can be scraped by Prometheus while the run lasts: `prometheusOutput()`. */
export function prometheusOutput(config: Written<typeof prometheusSettings> = {}): PluginPlan {
  return { plugin: 'prometheus', config }
}

/** Figures go to Prometheus, Mimir or VictoriaMetrics: `remoteWriteOutput({ url })`. */
export function remoteWriteOutput(config: Written<typeof remoteWriteSettings>): PluginPlan {
  return { plugin: 'remote-write', config }
}

/** Figures and one trace a run go to a receiver of OTLP/HTTP: `otlpOutput({ url })`. */
export function otlpOutput(config: Written<typeof otlpSettings>): PluginPlan {
  return { plugin: 'otlp', config }
}

/** Figures go to StatsD: `statsdOutput({ address: '127.0.0.1:8125' })`. */
export function statsdOutput(config: Written<typeof statsdSettings> = {}): PluginPlan {
  return { plugin: 'statsd', config }
}

/** Figures go to a Datadog agent: `datadogOutput()`. */
export function datadogOutput(config: Written<typeof datadogSettings> = {}): PluginPlan {
  return { plugin: 'datadog', config }
}

/** Figures go to InfluxDB: `influxOutput({ url, token: secret('INFLUX_TOKEN') })`. */
export function influxOutput(config: Written<typeof influxSettings>): PluginPlan {
  return { plugin: 'influx', config }
}

/** Points are written to a file, a line of JSON each: `jsonOutput({ file: 'points.ndjson' })`. */
export function jsonOutput(config: Written<typeof jsonSettings>): PluginPlan {
  return { plugin: 'json', config }
}
