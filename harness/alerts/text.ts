/**
 * Texts that channels share. The texts of an alert come from scenarios and servers: a channel passes them on only after
 * `visible`, and then escaped for its format.
 */
import { createHash } from 'node:crypto'
import { formatCount, formatInUnit } from '../base/units.ts'
import { visible } from '../base/visible.ts'
import type { Alert } from '../model/alert.ts'

/** The maximum number of facts besides the summary. Together they fit into the 8,000 characters that Opsgenie accepts. */
const FACTS_MAX = 16
const LABEL_CHARS_MAX = 80
const FACT_CHARS_MAX = 400

/** Cuts a text to `charsMax` characters; `...` replaces the rest. */
export function clip(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text
  // Never half of a surrogate pair.
  return `${text.slice(0, charsMax - 3).replace(/[\ud800-\udbff]$/, '')}...`
}

/** Returns the status: `CRITICAL`, or `RESOLVED` when it is over. */
export function statusWord({ status, severity }: Alert): string {
  return status === 'resolved' ? 'RESOLVED' : severity.toUpperCase()
}

/** Returns the headline: `CRITICAL checkout: p99(response_time) < 100ms is firing: 182ms over the last 10s`. */
export function headlineOf(alert: Alert): string {
  return `${statusWord(alert)} ${visible(alert.summary)}`
}

/** Returns the other facts, label and text, most important first. */
export function factsOf(alert: Alert): [label: string, text: string][] {
  const { objective, observed, annotations } = alert
  const facts: [string, string | null][] = [
    ...objectiveFacts(objective, observed),
    ['samples', objective === null ? null : formatCount(alert.sampleCount)],
    ['owner', alert.owner],
    ['runbook', alert.runbook],
    ['run', alert.runId],
    ['correlation id', alert.correlationId],
    ['at', alert.at],
    ...Object.entries(annotations),
  ]
  return facts
    .filter((fact): fact is [string, string] => fact[1] !== null)
    .slice(0, FACTS_MAX)
    .map(([label, text]) => [clip(visible(label), LABEL_CHARS_MAX), clip(visible(text), FACT_CHARS_MAX)])
}

/** Returns the facts of an objective: its name first, and its expression beside it. */
function objectiveFacts(
  objective: Alert['objective'],
  observed: number | null,
): [label: string, text: string | null][] {
  if (objective === null) return []
  const { name, expect, claim, op, bound, unit } = objective
  return [
    ['objective', name ?? expect],
    ['claim', name === null ? null : claim],
    ['observed', observed === null ? null : formatInUnit(observed, unit)],
    ['bound', `${op} ${formatInUnit(bound, unit)}`],
  ]
}

/** Returns the runbook when it is a URL, else null. */
export function linkOf({ runbook }: Alert): string | null {
  if (runbook === null || !URL.canParse(runbook)) return null
  const { protocol, href } = new URL(runbook)
  return protocol === 'http:' || protocol === 'https:' ? href : null
}

/** Returns a digest of a text, 32 letters and digits. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
