/** Prometheus Alertmanager, API v2. Its labels identify an alert. */
import * as z from 'zod'
import { isoOf, wallMsOf } from '../base/clock.ts'
import { visible } from '../base/visible.ts'
import type { Written } from '../base/written.ts'
import type { Alert } from '../model/alert.ts'
import type { PluginPlan } from '../model/plan.ts'
import type { AlertChannelPlugin } from '../ports/alert-channel.ts'
import { webUrl } from './config.ts'
import { postJson } from './post-json.ts'
import { factsOf, linkOf } from './text.ts'

/**
 * The duration after which a firing alert ends by itself. Alertmanager drops an alert without an end five minutes after the last
 * post (`resolve_timeout`), and a run posts it once: so it ends when resolved, or after this, should the run die before.
 */
const FIRING_MS_MAX = 4 * 3_600_000
const NAMES: Readonly<Record<Alert['kind'], string>> = {
  objective: 'ProofloadObjective',
  emergency: 'ProofloadEmergency',
  rollback: 'ProofloadRollback',
  drift: 'ProofloadDrift',
  verdict: 'ProofloadVerdict',
}

const configSchema = z
  .strictObject({
    /** URL of the Alertmanager: `http://127.0.0.1:9093`. */
    url: webUrl.describe('URL of the Alertmanager, http://127.0.0.1:9093'),
  })
  .describe('An Alertmanager')
type AlertmanagerConfig = z.output<typeof configSchema>

/** Alerts go to an Alertmanager of Prometheus. */
export function alertmanager(config: Written<typeof configSchema>): PluginPlan {
  return { plugin: 'alertmanager', config }
}

/** The `alertmanager` plugin. */
export const alertmanagerPlugin: AlertChannelPlugin = {
  name: 'alertmanager',
  summary: 'sends an alert to Alertmanager, which routes and silences it like any other',
  configSchema,
  create(config) {
    const { url } = config as AlertmanagerConfig
    const api = `${url.replace(/\/+$/, '')}/api/v2/alerts`
    return {
      send: (alert, signal) => postJson({ url: api, json: JSON.stringify([postableOf(alert)]), signal }),
      close: () => Promise.resolve(),
    }
  },
}

function postableOf(alert: Alert): object {
  const link = linkOf(alert)
  return {
    labels: labelsOf(alert),
    annotations: annotationsOf(alert, link),
    ...spanOf(alert),
    // The "Source" link on its pages; an alert has no other link.
    ...(link === null ? {} : { generatorURL: link }),
  }
}

/** Returns the labels, which are the same for the firing and the resolved alert, and from run to run. */
function labelsOf({ kind, severity, scenario, dedupeKey, owner }: Alert): Record<string, string> {
  return {
    alertname: NAMES[kind],
    severity,
    scenario: visible(scenario),
    dedupe_key: visible(dedupeKey),
    ...(owner === null ? {} : { owner: visible(owner) }),
  }
}

/** Returns the annotations; their names consist of letters, digits and _. */
function annotationsOf(alert: Alert, link: string | null): Record<string, string> {
  const facts = factsOf(alert).map(([label, text]) => [
    label.replace(/\W/g, '_').replace(/^(?=\d)/, '_'),
    text,
  ])
  return {
    ...Object.fromEntries(facts),
    summary: visible(alert.summary),
    ...(link === null ? {} : { runbook_url: link }),
  }
}

/** Returns the start and end. For a resolved alert, Alertmanager keeps the earlier start of the firing one. */
function spanOf({ status, at }: Alert): { readonly startsAt: string; readonly endsAt: string } {
  return { startsAt: at, endsAt: status === 'resolved' ? at : isoOf(wallMsOf(at) + FIRING_MS_MAX) }
}
