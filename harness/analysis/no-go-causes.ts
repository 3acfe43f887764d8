/** What made a verdict NO-GO, cause by cause: the one list that both rollback and alerts go by. */
import { isGate, type ObjectivePlan } from '../model/plan.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { Severity } from '../model/severity.ts'
import type { ObjectiveResult, Verdict } from '../model/verdict.ts'
import { type Regression, regressionsOf } from './comparison/comparison-checks.ts'
import { isBelieved } from './decide.ts'
import { isEndedBy } from './enforcement-checks.ts'
import { ordinalsOf } from './ordinals.ts'

/** How bad a regression is; nobody says so for each gate. */
const REGRESSION_SEVERITY: Severity = 'major'

/** An objective that the run as a whole misses, or that ended the load. */
export interface MissedObjective {
  readonly kind: 'objective'
  readonly expect: string
  readonly severity: Severity
  readonly message: string
  readonly objective: ObjectivePlan
  /** Its place among those that read the same. */
  readonly ordinal: number | undefined
  readonly result: ObjectiveResult
}

/** A regression against a baseline that is confirmed. */
export interface ConfirmedRegression extends Regression {
  readonly kind: 'regression'
  readonly severity: Severity
}

export type NoGoCause = MissedObjective | ConfirmedRegression

/** None of another outcome, and none that the verdict does not believe. @param verdict of the record's own objectives */
export function noGoCauses({ plan, enforcement }: RunRecord, verdict: Verdict): NoGoCause[] {
  if (verdict.outcome !== 'NO_GO') return []
  const { reasons: invalid } = verdict.validity
  const ordinals = ordinalsOf(plan.objectives)
  const missed = plan.objectives.flatMap((objective, i): MissedObjective[] => {
    const result = verdict.objectives[i]
    if (result === undefined || !isBelieved(objective, invalid)) return []
    const { expect, severity } = objective
    const ordinal = ordinals[i]
    const isMissed = result.outcome === 'missed' && isGate(objective)
    if (!isMissed && !isEndedBy(enforcement?.stop ?? null, expect, ordinal)) return []
    return [{ kind: 'objective', expect, severity, message: result.message, objective, ordinal, result }]
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
