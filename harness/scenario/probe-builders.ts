/** What is watched besides the target, as authors write it: `probes: { gc: prometheusProbe({ url, metric, rate: true }) }`. */
import type { PluginPlan } from '../model/plan.ts'

/** A process of this machine, by one of pid and port. */
export type ProcessProbeConfig = ({ readonly pid: number } | { readonly port: number }) & {
  /** With all its descendants; false unless said. */
  readonly tree?: boolean
}

interface Served {
  readonly url: string
  /** Sent with every request; values may be secrets. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A query to a Prometheus server, or a metric of a page that it could scrape. */
export type PrometheusProbeConfig =
  | (Served & {
      /** PromQL that gives a scalar or an instant vector, whose first value counts. */
      readonly query: string
    })
  | (Served & {
      /** Series of this name are added up. */
      readonly metric: string
      /** Only series with these labels. */
      readonly labels?: Readonly<Record<string, string>>
      /** How much it goes up in a second, in place of its value. */
      readonly rate?: boolean
    })

/** A control group of this machine: by its path below /sys/fs/cgroup, or as that of a process. */
export type CgroupProbeConfig = { readonly path: string } | { readonly pid: number }

/** CPU and memory of a process: `probe_cpu`, `probe_memory`. */
export function processProbe(config: ProcessProbeConfig): PluginPlan {
  return { plugin: 'process', config: { ...config } }
}

/** A figure: `probe_value`. */
export function prometheusProbe(config: PrometheusProbeConfig): PluginPlan {
  return { plugin: 'prometheus', config: { ...config } }
}

/** CPU, memory and, as `probe_value`, processes killed for want of memory since the run began. */
export function cgroupProbe(config: CgroupProbeConfig): PluginPlan {
  return { plugin: 'cgroup', config: { ...config } }
}
