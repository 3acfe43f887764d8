import { formatDurationMs } from '../base/units.ts'
import type { RunPlan } from '../model/plan.ts'
import { rateText } from './figure-text.ts'

/** Tells how the agents of a plan join; null where all are there at once. */
export function joiningText({ workload }: Pick<RunPlan, 'workload'>): string | null {
  const { join } = workload
  if (join === null) return null
  return `agents join at ${rateText(join.perSec)}: the first ${formatDurationMs(join.durationMs)} are recorded and not judged (workload.joinRate)`
}
