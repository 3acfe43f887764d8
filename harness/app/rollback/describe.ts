/** The steps of a rollback in words: printed when it is not armed, and kept in its record. */
import { proceduresAskedFor } from '../../analysis/rollback-decision.ts'
import { messageOf } from '../../base/errors.ts'
import { lookUp } from '../../base/names.ts'
import { formatDurationMs } from '../../base/units.ts'
import type { RollbackPlan } from '../../model/plan.ts'
import type { PlannedStep, RollbackViolation } from '../../model/rollback.ts'
import { rollbackProcedures } from '../../rollback/index.ts'

/** The steps in their order; one `undo` for each procedure. Secrets stay names. */
export function describeRollback(
  plan: RollbackPlan,
  violations: readonly RollbackViolation[],
): PlannedStep[] {
  const undo = proceduresAskedFor(violations).map(
    (name): PlannedStep => ({ step: 'undo', description: `${name}: ${describeProcedure(plan, name)}` }),
  )
  return [
    { step: 'freeze', description: 'take the deploy lock: no other run or rollback can start' },
    { step: 'capture', description: 'write the evidence into the folder of the run' },
    { step: 'drain', description: 'end the load and wait for requests in flight' },
    ...undo,
    {
      step: 'verify',
      description: `probe the targets, then load them for ${formatDurationMs(plan.validationMs)}: healthy only when the verdict is GO`,
    },
    { step: 'release', description: 'release the deploy lock and publish the outcome' },
  ]
}

/** The argv, the URL, the tag; or what is wrong with the procedure. Never throws. */
export function describeProcedure({ procedures }: RollbackPlan, name: string): string {
  const procedure = lookUp(procedures, name)
  if (procedure === undefined) return `there is no procedure ${name}`
  try {
    return rollbackProcedures.get(procedure.plugin).describe(procedure.config)
  } catch (error) {
    return messageOf(error)
  }
}
