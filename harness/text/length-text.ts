/** The length of a load: its time, or the iterations that end it and the longest time that they may take. */
import { formatAmount, formatDurationMs } from '../base/units.ts'
import type { RunPlan } from '../model/plan.ts'

export function lengthText({ durationMs, workload }: Pick<RunPlan, 'durationMs' | 'workload'>): string {
  const { iterations, expectedIterations } = workload
  const time = formatDurationMs(durationMs)
  if (iterations === undefined) return time
  return `${formatAmount(expectedIterations ?? 0, 'iteration')} in at most ${time}`
}
