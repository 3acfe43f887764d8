/** The causes of a NO-GO: the one list used by rollback and alerts. */
import { demandOf, type ObjectiveDemand } from '../model/demand.ts'
import type { ObjectiveResult } from '../model/objective-result.ts'
import { isGate, type ObjectivePlan } from '../model/plan.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { Severity } from '../model/severity.ts'
import type { Verdict } from '../model/verdict.ts'
import { demandText } from '../text/demand-text.ts'
import { type Regression, regressionsOf } from './comparison/comparison-checks.ts'
import { isEndedBy } from './enforcement-checks.ts'
import { isTrusted } from './trust.ts'

/** The severity of a regression, because gates state none. */
const REGRESSION_SEVERITY: Severity = 'major'

/** An objective that the run as a whole misses, or that ended the load. */
export interface MissedObjective {
  readonly kind: 'objective'
  readonly demand: ObjectiveDemand
  readonly severity: Severity
  readonly message: string
  readonly objective: ObjectivePlan
  readonly result: ObjectiveResult
}

/** A regression against a baseline that is confirmed. */
export interface ConfirmedRegression extends Regression {
  readonly kind: 'regression'
  readonly severity: Severity
}

export type NoGoCause = MissedObjective | ConfirmedRegression

/** Missed, or without the data that its author asked for. */
function isFailed({ outcome }: ObjectiveResult, { onNoData }: ObjectivePlan): boolean {
  return outcome === 'missed' || (outcome === 'no-data' && onNoData === 'fail')
}

/** None of another outcome, and none that the verdict does not believe. @param verdict of the record's own objectives */
export function noGoCauses({ plan, enforcement }: RunRecord, verdict: Verdict): NoGoCause[] {
  if (verdict.outcome !== 'NO_GO') return []
  const { reasons: invalid } = verdict.validity
  const missed = plan.objectives.flatMap((objective, i): MissedObjective[] => {
    const result = verdict.objectives[i]
    if (result === undefined || !isTrusted(objective, invalid)) return []
    const isMissed = isFailed(result, objective) && isGate(objective)
    if (!isMissed && !isEndedBy(enforcement?.stop ?? null, objective.id)) return []
    const { severity } = objective
    const message = `${demandText(objective)}: ${result.message}`
    return [{ kind: 'objective', demand: demandOf(objective), severity, message, objective, result }]
  })
  const regressed = regressionsOf(verdict.comparison, invalid).map(
    (regression): ConfirmedRegression => ({
      kind: 'regression',
      severity: REGRESSION_SEVERITY,
      ...regression,
    }),
  )
  return [...missed, ...regressed]
}
