/** The alert for a run that ends in a NO-GO without an earlier alert. */
import { formatAmount } from '../base/units.ts'
import type { Alert } from '../model/alert.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { Verdict } from '../model/verdict.ts'
import { changeText } from '../text/comparison-text.ts'
import { firingAlerts, objectiveKeyOf } from './monitor/objective-event.ts'
import { type NoGoCause, noGoCauses } from './no-go-causes.ts'
import { bySeverity } from './rollback-decision.ts'

/** One for all causes that no alert tells of; null when there is none. @param at ISO 8601 */
export function verdictAlert(record: RunRecord, verdict: Verdict, at: string): Alert | null {
  const { runId, scenario, correlationId } = record
  const told = new Set(firingAlerts(record).map(({ dedupeKey }) => dedupeKey))
  const untold = noGoCauses(record, verdict).filter(
    (cause) => cause.kind !== 'objective' || !told.has(objectiveKeyOf(runId, cause.demand.id)),
  )
  const [worst, ...others] = bySeverity(untold)
  if (worst === undefined) return null
  const more = others.length === 0 ? '' : ` (and ${formatAmount(others.length, 'other cause')})`
  return {
    kind: 'verdict',
    status: 'firing',
    severity: worst.severity,
    dedupeKey: `${runId}/verdict`,
    runId,
    scenario,
    correlationId,
    at,
    summary: `${scenario}: NO-GO: ${worst.message}${more}`,
    ...figuresOf(worst, verdict),
    annotations: {
      ...annotationsOf(worst, verdict),
      ...(others.length === 0 ? {} : { others: others.map(({ message }) => message).join('; ') }),
    },
  }
}

type Figures = Pick<Alert, 'objective' | 'observed' | 'sampleCount' | 'owner' | 'runbook'>

function figuresOf(cause: NoGoCause, { summary }: Verdict): Figures {
  if (cause.kind === 'objective') {
    const { observed, sampleCount } = cause.result
    const { owner, runbook } = cause.objective
    return { objective: cause.demand, observed, sampleCount, owner, runbook }
  }
  return {
    objective: null,
    observed: null,
    sampleCount: summary.requests,
    owner: null,
    runbook: null,
  }
}

function annotationsOf(cause: NoGoCause, { comparison }: Verdict): Record<string, string> {
  if (cause.kind === 'objective') return {}
  const { check } = cause
  return {
    ...(comparison?.baseline ? { baseline: comparison.baseline } : {}),
    metric: check.metric,
    ...(check.step === null ? {} : { step: check.step }),
    change: changeText(check) ?? '',
  }
}
