/** Who is told, as authors write it. What each service gets stands in `alerts/<plugin>.ts`; keys are secrets: `secret('NAME')`. */
import type { PluginPlan } from '../model/plan.ts'

/** A channel of Slack. @param config url of its incoming webhook */
export function slack(config: { readonly url: string }): PluginPlan {
  return { plugin: 'slack', config: { ...config } }
}

/** A service of PagerDuty. */
export function pagerduty(config: {
  /** Integration key of an Events API v2 integration. */
  readonly routingKey: string
  /** For accounts in the EU `https://events.eu.pagerduty.com/v2/enqueue`. */
  readonly url?: string
}): PluginPlan {
  return { plugin: 'pagerduty', config: { ...config } }
}

/** An account of Opsgenie. */
export function opsgenie(config: {
  /** Key of an API integration. */
  readonly apiKey: string
  /** For accounts in the EU `https://api.eu.opsgenie.com`. */
  readonly url?: string
}): PluginPlan {
  return { plugin: 'opsgenie', config: { ...config } }
}

/** Any web address that takes JSON. */
export function webhook(config: {
  readonly url: string
  /** Signs what is posted: HMAC-SHA256 over `<x-proofload-timestamp>.<body>`. */
  readonly secret?: string
}): PluginPlan {
  return { plugin: 'webhook', config: { ...config } }
}

/** Mail by SMTP. */
export function email(config: {
  readonly host: string
  /** 465 for tls, 587 for starttls, 25 for none unless said. */
  readonly port?: number
  /** starttls unless said; none only for a relay nearby. */
  readonly security?: 'tls' | 'starttls' | 'none'
  readonly user?: string
  readonly password?: string
  readonly from: string
  readonly to: readonly string[]
}): PluginPlan {
  return { plugin: 'email', config: { ...config } }
}

/** An Alertmanager. @param config url `http://127.0.0.1:9093` */
export function alertmanager(config: { readonly url: string }): PluginPlan {
  return { plugin: 'alertmanager', config: { ...config } }
}

/** A line on stderr. */
export function consoleAlerts(): PluginPlan {
  return { plugin: 'console', config: {} }
}
