/** Whether anything is undone, and what, in which order. */
import type { RollbackPlan } from '../model/plan.ts'
import type { RollbackViolation } from '../model/rollback.ts'
import { SEVERITIES } from '../model/severity.ts'

/** Set by who owns the environment, so that a scenario alone can never undo anything. */
const ALLOWING_VARIABLE = 'PROOFLOAD_ALLOW_ROLLBACK'

/** @param asked whether the command line said `--arm-rollback` */
export function isArmed(
  { armed }: Pick<RollbackPlan, 'armed'>,
  asked: boolean,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return asked || (armed && ['1', 'true'].includes(env[ALLOWING_VARIABLE] ?? ''))
}

/** Names of the procedures that violations ask for, each once, the most severe first. */
export function proceduresAskedFor(violations: readonly RollbackViolation[]): string[] {
  return [...new Set(bySeverity(violations).map(({ procedure }) => procedure))]
}

/** The most severe first; among equals in the order given. */
export function bySeverity(violations: readonly RollbackViolation[]): RollbackViolation[] {
  const rank = ({ severity }: RollbackViolation) => SEVERITIES.indexOf(severity)
  return [...violations].sort((a, b) => rank(b) - rank(a))
}
