/** Whole record -> verdict. Pure: a stored run can be judged again, under other objectives, with the same result each time. */
import { ERROR_EXIT_STATUS } from '../base/errors.ts'
import type { Comparison } from '../model/comparison.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import type { RollbackRecord } from '../model/rollback.ts'
import type { RunRecord } from '../model/run-record.ts'
import { OUTCOME_EXIT_STATUS, type Verdict, type VerdictOutcome } from '../model/verdict.ts'
import { comparisonChecks } from './comparison/comparison-checks.ts'
import { culpritNotes } from './culprit-note.ts'
import { type Check, decide, objectiveCheck } from './decide.ts'
import { enforcementChecks, withLiveProof } from './enforcement-checks.ts'
import { evaluateObjective } from './evaluate.ts'
import { intervalViews } from './interval-view.ts'
import { RecordView } from './record-view.ts'
import { risksOf } from './risk.ts'
import { summarize } from './summarize.ts'
import { assessValidity } from './validity/index.ts'

export interface JudgeOptions {
  /** Instead of the plan's own. */
  readonly objectives?: readonly ObjectivePlan[]
  /** With the runs of a baseline. */
  readonly comparison?: Comparison | null
  /** Cautions make the verdict INCONCLUSIVE. */
  readonly strict: boolean
}

export function judge(record: RunRecord, options: JudgeOptions): Verdict {
  const view = new RecordView(record)
  const objectives = options.objectives ?? record.plan.objectives
  const validity = assessValidity(view)
  const valid = validity.invalid.length === 0
  const comparison = options.comparison ?? null
  const intervals = intervalViews(view, objectives)
  const results = withLiveProof(
    objectives.map((objective) => evaluateObjective(view, objective, intervals)),
    record.enforcement,
  )
  const culprit = culpritNotes(view)
  const checks: Check[] = [
    ...validity.invalid.map((reason): Check => ({ level: 'invalid', reason })),
    ...validity.cautions.map((reason): Check => ({ level: 'caution', reason })),
    ...objectives.map((objective, i) =>
      objectiveCheck(objective, results[i] as (typeof results)[number], validity.invalid, culprit),
    ),
    ...comparisonChecks(comparison, validity.invalid),
    ...enforcementChecks(record, results, validity.invalid),
  ]
  const { outcome, reasons, cautions } = decide(objectives.length === 0 ? [] : checks, options.strict)
  return {
    schemaVersion: 1,
    runId: record.runId,
    scenario: record.scenario,
    outcome,
    exitCode: exitStatusOf(outcome, record.rollback),
    cautions,
    reasons,
    objectives: results,
    risks: risksOf({ view, intervals, objectives, results, comparison, invalid: validity.invalid }),
    comparison,
    enforcement: record.enforcement,
    rollback: record.rollback,
    validity: { valid, reasons: [...validity.invalid] },
    summary: summarize(view),
  }
}

/** A verdict with what became of the rollback that it asked for: nothing is judged again. */
export function withRollback(verdict: Verdict, rollback: RollbackRecord): Verdict {
  return { ...verdict, rollback, exitCode: exitStatusOf(verdict.outcome, rollback) }
}

/** A system that could not be put back is the first thing to know. */
export function exitStatusOf(outcome: VerdictOutcome, rollback: RollbackRecord | null): number {
  const isBegun = rollback?.procedures.some((procedure) => procedure.outcome !== 'not-run') === true
  const isUnknown =
    rollback?.outcome === 'failed' ||
    rollback?.outcome === 'unverified' ||
    (rollback?.outcome === 'interrupted' && isBegun)
  return isUnknown ? ERROR_EXIT_STATUS.ROLLBACK_FAILED : OUTCOME_EXIT_STATUS[outcome]
}
