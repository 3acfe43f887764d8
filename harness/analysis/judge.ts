/** Whole record -> verdict. Pure: a stored run can be judged again, under other objectives, with the same result each time. */
import { ERROR_EXIT_STATUS } from '../base/errors.ts'
import type { Comparison } from '../model/comparison.ts'
import { type ObjectivePlan, usedPluginSchema } from '../model/plan.ts'
import type { RollbackRecord } from '../model/rollback.ts'
import type { RunRecord } from '../model/run-record.ts'
import { type InconclusivePolicy, OUTCOME_EXIT_STATUS, type Verdict } from '../model/verdict.ts'
import { attemptNotes, attemptsOf } from './attempts.ts'
import { comparisonChecks } from './comparison/comparison-checks.ts'
import { culpritNotes } from './culprit-note.ts'
import { type Check, decide, objectiveCheck } from './decide.ts'
import { enforcementChecks, withLiveProof } from './enforcement-checks.ts'
import { evaluateObjective } from './evaluate.ts'
import { acceptanceNotes, isAccepted } from './inconclusive.ts'
import { intervalViews } from './interval-view.ts'
import { lostRequestsDecide } from './lost-load.ts'
import { RecordView } from './record-view.ts'
import { risksOf } from './risk.ts'
import { starvedMisses } from './starved-misses.ts'
import { summarize } from './summarize.ts'
import { assessValidity } from './validity/index.ts'

export interface JudgeOptions {
  /** Instead of the plan's own. */
  readonly objectives?: readonly ObjectivePlan[]
  /** With the runs of a baseline. */
  readonly comparison?: Comparison | null
  /** Cautions make the verdict INCONCLUSIVE. */
  readonly strict: boolean
  /** Default: `fail`. */
  readonly inconclusive?: InconclusivePolicy
}

export function judge(record: RunRecord, options: JudgeOptions): Verdict {
  const view = new RecordView(record)
  const isComparison = record.builds !== null
  // Of two builds nothing is asked but that one is no worse than the other.
  const objectives = options.objectives ?? (isComparison ? [] : record.plan.objectives)
  const validity = assessValidity(view)
  const comparison = options.comparison ?? null
  const intervals = intervalViews(view, objectives)
  const results = withLiveProof(
    objectives.map((objective) => evaluateObjective(view, objective, intervals)),
    record.enforcement,
  )
  const starved = validity.invalid.length > 0 ? null : starvedMisses(view, objectives, results, intervals)
  const invalid = starved === null ? validity.invalid : [starved]
  const undecided = invalid.length > 0 ? null : lostRequestsDecide(view, objectives, results, intervals)
  const valid = invalid.length === 0 && undecided === null
  const culprit = culpritNotes(view)
  const checks: Check[] = [
    ...invalid.map((reason): Check => ({ level: 'invalid', reason })),
    ...(undecided === null ? [] : [{ level: 'invalid' as const, reason: undecided.reason }]),
    ...validity.cautions.map((reason): Check => ({ level: 'caution', reason })),
    ...objectives.map((objective, i) =>
      objectiveCheck(
        objective,
        results[i] as (typeof results)[number],
        undecided?.about.has(objective) === true ? [undecided.reason] : invalid,
        culprit,
      ),
    ),
    ...comparisonChecks(comparison, invalid),
    ...enforcementChecks(record, results, invalid),
  ]
  const decided = decide(objectives.length === 0 && !isComparison ? [] : checks, options.strict)
  const { outcome, reasons } = decided
  const cautions = [
    ...decided.cautions,
    ...attemptNotes(record),
    ...acceptanceNotes(record, outcome, options.inconclusive),
  ]
  return {
    schemaVersion: 1,
    runId: record.runId,
    scenario: record.scenario,
    outcome,
    exitCode: exitStatusOf({ outcome, cautions }, record.rollback),
    cautions,
    reasons,
    objectives: results,
    risks: risksOf({ view, intervals, objectives, results, comparison, invalid }),
    plugins: (record.plan.plugins ?? []).map((plugin) => usedPluginSchema.parse(plugin)),
    comparison,
    enforcement: record.enforcement,
    rollback: record.rollback,
    attempts: attemptsOf(record, outcome, reasons),
    validity: { valid, reasons: [...invalid, ...(undecided === null ? [] : [undecided.reason])] },
    summary: summarize(view),
  }
}

/** A verdict with what became of the rollback that it asked for: nothing is judged again. */
export function withRollback(verdict: Verdict, rollback: RollbackRecord): Verdict {
  return { ...verdict, rollback, exitCode: exitStatusOf(verdict, rollback) }
}

/** A system that could not be put back is the first thing to know. */
export function exitStatusOf(
  { outcome, cautions }: Pick<Verdict, 'outcome' | 'cautions'>,
  rollback: RollbackRecord | null,
): number {
  const isBegun = rollback?.procedures.some((procedure) => procedure.outcome !== 'not-run') === true
  const isUnknown =
    rollback?.outcome === 'failed' ||
    rollback?.outcome === 'unverified' ||
    (rollback?.outcome === 'interrupted' && isBegun)
  if (isUnknown) return ERROR_EXIT_STATUS.ROLLBACK_FAILED
  return isAccepted(cautions) ? OUTCOME_EXIT_STATUS.GO : OUTCOME_EXIT_STATUS[outcome]
}
