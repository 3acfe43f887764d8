/** Decides whether anything is undone, what, and in which order. */
import { formatDurationMs } from '../base/units.ts'
import { demandOf } from '../model/demand.ts'
import type { EnforcementRecord } from '../model/enforcement.ts'
import type { RollbackPlan } from '../model/plan.ts'
import { isGate, type ObjectivePlan } from '../model/plan.ts'
import type { RollbackViolation } from '../model/rollback.ts'
import type { RunRecord } from '../model/run-record.ts'
import { SEVERITIES, type Severity } from '../model/severity.ts'
import type { Verdict } from '../model/verdict.ts'
import { demandText } from '../text/demand-text.ts'
import { firedAt } from './enforcement-checks.ts'
import { type NoGoCause, noGoCauses } from './no-go-causes.ts'
import { isTrusted } from './trust.ts'

/**
 * The permission of a run to roll back. `asked`: by the flag of the command line. `by-scenario`: when scenario and environment
 * both allow it. `never`: in no case, for runs from a page and other starts by people who are not responsible for the system
 * under test.
 */
export type Arming = 'asked' | 'by-scenario' | 'never'

/** Set by who owns the environment, so that a scenario alone can never undo anything. */
const ALLOWING_VARIABLE = 'PROOFLOAD_ALLOW_ROLLBACK'

type Environment = Readonly<Record<string, string | undefined>>

/** Returns the reason why nothing is undone, as half a sentence; null: it is armed. The only place that decides this. */
export function whyUnarmed(
  { armed }: Pick<RollbackPlan, 'armed'>,
  arming: Arming,
  env: Environment,
): string | null {
  if (arming === 'never') return 'a run that was started from a page is never armed'
  if (isForPullRequest(env)) return 'a run for a pull request is never armed'
  if (arming === 'asked' || (armed && ['1', 'true'].includes(env[ALLOWING_VARIABLE] ?? ''))) return null
  return `the rollback is not armed (--arm-rollback, or armed: true with ${ALLOWING_VARIABLE}=1)`
}

/** On GitHub and GitLab, where both scenario and pipeline are of whoever asks for the merge. */
function isForPullRequest(env: Environment): boolean {
  return /^pull_request/.test(env['GITHUB_EVENT_NAME'] ?? '') || (env['CI_MERGE_REQUEST_IID'] ?? '') !== ''
}

/**
 * Returns the violations that request a procedure: the causes of a NO-GO. A regression requests one when the run is fully
 * reliable, or the comparison made reliable runs of its own. When not armed, objectives that fired request one too: armed, they
 * would have ended the load.
 */
export function violationsOf(record: RunRecord, verdict: Verdict, isArmed: boolean): RollbackViolation[] {
  const { rollback } = record.plan
  const causes = noGoCauses(record, verdict)
  const isReliable = verdict.validity.valid || verdict.comparison?.believed === true
  const asked = causes.flatMap((cause) => violationOf(cause, rollback, isReliable))
  if (isArmed || rollback === null) return asked
  const fired = record.plan.objectives.flatMap((objective) => {
    const isMissed = causes.some((cause) => cause.kind === 'objective' && cause.objective === objective)
    return isMissed || !isTrusted(objective, verdict.validity.reasons)
      ? []
      : firedViolation(objective, record.enforcement)
  })
  return [...asked, ...fired]
}

function violationOf(
  cause: NoGoCause,
  rollback: RollbackPlan | null,
  isReliable: boolean,
): readonly RollbackViolation[] {
  const { kind, demand, severity, message } = cause
  const procedure = procedureFor(cause, rollback, isReliable)
  return procedure === null ? [] : [{ kind, ...demand, severity, procedure, message }]
}

function procedureFor(cause: NoGoCause, rollback: RollbackPlan | null, isReliable: boolean): string | null {
  if (cause.kind === 'objective') return cause.objective.rollback
  return isReliable ? (rollback?.onRegression ?? null) : null
}

function firedViolation(
  objective: ObjectivePlan,
  enforcement: EnforcementRecord | null,
): readonly RollbackViolation[] {
  const { rollback: procedure, severity } = objective
  if (enforcement === null || procedure === null || !isGate(objective)) return []
  const atMs = firedAt(enforcement, objective.id)
  if (atMs === null) return []
  const message = `${demandText(objective)}: fired ${formatDurationMs(atMs)} into the run`
  return [{ kind: 'objective', ...demandOf(objective), severity, procedure, message }]
}

/** Names of the procedures that violations ask for, each once, the most severe first. */
export function proceduresAskedFor(violations: readonly RollbackViolation[]): string[] {
  return [...new Set(bySeverity(violations).map(({ procedure }) => procedure))]
}

/** The most severe first; among equals in the order given. */
export function bySeverity<T extends { readonly severity: Severity }>(items: readonly T[]): T[] {
  const rank = ({ severity }: T) => SEVERITIES.indexOf(severity)
  return [...items].sort((a, b) => rank(b) - rank(a))
}
