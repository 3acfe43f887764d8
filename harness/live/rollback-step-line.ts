import { formatDurationMs } from '../base/units.ts'
import type { RollbackStepName, TakenStep } from '../model/rollback.ts'

/** `rollback undo succeeded in 1.2s: ...`; `taken` null when it begins. */
export function rollbackStepLine(step: RollbackStepName, taken: TakenStep | null): string {
  if (taken === null) return `rollback ${step} ...`
  return `rollback ${step} ${taken.outcome} in ${formatDurationMs(taken.durationMs)}: ${taken.message}`
}
