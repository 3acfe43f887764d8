import type { StepListener } from '../app/rollback/request.ts'
import { formatDurationMs } from '../base/units.ts'

/** `rollback undo succeeded in 1.2s: ...` */
export function rollbackStepLine(...[step, taken]: Parameters<StepListener>): string {
  if (taken === null) return `rollback ${step} ...`
  return `rollback ${step} ${taken.outcome} in ${formatDurationMs(taken.durationMs)}: ${taken.message}`
}
