/** The alert for a metric that has crept away from what it was at first, night by night (`trend.ts`). */
import { formatAmount } from '../base/units.ts'
import { type Alert, alertKeyOf } from '../model/alert.ts'
import type { TrendMetric } from '../model/history.ts'
import type { RunRecord } from '../model/run-record.ts'
import { changeText } from '../text/comparison-text.ts'
import type { Trend } from './trend.ts'

/** The dedupe key of the drift of a metric. */
export function driftKeyOf(scenario: string, metric: TrendMetric): string {
  return alertKeyOf(scenario, 'drift', metric)
}

/** Null while the newest runs are not worse than the first ones for certain. @param at ISO 8601 */
export function driftAlert(
  { runId, scenario, correlationId, summaries }: RunRecord,
  { metric, anchor }: Trend,
  at: string,
): Alert | null {
  if (anchor?.state !== 'REGRESSED') return null
  const change = changeText({ metric, change: anchor.change }) ?? ''
  const sessions = formatAmount(anchor.sessions, 'session')
  return {
    kind: 'drift',
    status: 'firing',
    severity: 'warning',
    dedupeKey: driftKeyOf(scenario, metric),
    runId,
    scenario,
    correlationId,
    at,
    summary: `${scenario}: drift: ${metric} has been worse than in the first ${sessions} for three sessions in a row: ${change}`,
    objective: null,
    observed: null,
    sampleCount: summaries.all.requests,
    owner: null,
    runbook: null,
    annotations: { metric, change, sessions: String(anchor.sessions), p: anchor.p.toFixed(4) },
  }
}
