/** The alert for a run that ends in a NO-GO, or in nothing that can be believed. */
import { formatAmount } from '../base/units.ts'
import { type Alert, alertKeyOf } from '../model/alert.ts'
import type { Demand } from '../model/demand.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { Verdict } from '../model/verdict.ts'
import { type Cause, causesOf } from '../text/causes.ts'
import { changeText } from '../text/comparison-text.ts'
import { commonestText } from '../text/failure-text.ts'
import { causeWithCulprit } from '../text/headline.ts'
import { outcomeText } from '../text/outcome-text.ts'
import { failureCauses } from './failure-causes.ts'
import { isCountRatio } from './metric-values.ts'
import { type NoGoCause, noGoCauses } from './no-go-causes.ts'
import { RecordView } from './record-view.ts'
import { bySeverity } from './rollback-decision.ts'

/** One for all causes; null for GO, and for a run that somebody ended. @param at ISO 8601 */
export function verdictAlert(record: RunRecord, verdict: Verdict, at: string): Alert | null {
  const { outcome, scenario } = verdict
  if (outcome === 'GO' || record.status === 'interrupted') return null
  const causes = bySeverity(noGoCauses(record, verdict))
  const [worst] = causes
  // Of a verdict without causes the reasons are what is known.
  const [first = '', ...others] =
    worst === undefined
      ? verdict.reasons.map(({ message }) => message)
      : [textOf(worst, verdict), ...causes.slice(1).map(({ message }) => message)]
  const failures = failuresOf(record, causes)
  const otherCauses = worst === undefined ? others.length : causeCount(causes, verdict) - 1
  const more = otherCauses === 0 ? '' : ` (and ${formatAmount(otherCauses, 'other cause')})`
  return {
    kind: 'verdict',
    status: 'firing',
    severity: worst?.severity ?? (outcome === 'NO_GO' ? 'major' : 'warning'),
    dedupeKey: alertKeyOf(scenario, 'verdict'),
    runId: record.runId,
    scenario,
    correlationId: record.correlationId,
    at,
    summary: `${scenario}: ${outcomeText(outcome)}: ${first}${more}`,
    ...figuresOf(worst, verdict),
    annotations: {
      outcome: outcomeText(outcome),
      ...annotationsOf(worst, verdict),
      ...(failures === '' ? {} : { failures }),
      ...(others.length === 0 ? {} : { others: others.join('; ') }),
    },
  }
}

/** Counts a regression and the objective that is missed for it once, as the headline does. */
function causeCount(causes: readonly NoGoCause[], verdict: Verdict): number {
  const told = causesOf(verdict)
  return new Set(causes.map(({ demand }) => causeOf(told, demand) ?? demand)).size
}

function causeOf(told: readonly Cause[], { id }: Demand): Cause | undefined {
  return told.find(({ reason, also }) => [reason, ...also].some(({ about }) => about?.id === id))
}

/** The text of the headline about a cause. */
function textOf({ demand, message }: NoGoCause, verdict: Verdict): string {
  const cause = causeOf(causesOf(verdict), demand)
  return cause === undefined ? message : causeWithCulprit(verdict, cause)
}

type Figures = Pick<Alert, 'objective' | 'observed' | 'sampleCount' | 'owner' | 'runbook'>

function figuresOf(cause: NoGoCause | undefined, { summary }: Verdict): Figures {
  if (cause?.kind === 'objective') {
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

/** Names the most frequent causes of failed requests where too many failed: `HTTP 503 x 21, HTTP 500 x 3`. */
function failuresOf(record: RunRecord, causes: readonly NoGoCause[]): string {
  const failed = causes.find((cause) => cause.kind === 'objective' && isCountRatio(cause.objective.metric))
  if (failed?.kind !== 'objective') return ''
  const { step, phase } = failed.objective.labels
  return commonestText(failureCauses(new RecordView(record), { step, phase }))
}

function annotationsOf(cause: NoGoCause | undefined, { comparison }: Verdict): Record<string, string> {
  if (cause?.kind !== 'regression') return {}
  const { check } = cause
  return {
    ...(comparison?.baseline ? { baseline: comparison.baseline } : {}),
    metric: check.metric,
    ...(check.step === null ? {} : { step: check.step }),
    change: changeText(check) ?? '',
  }
}
