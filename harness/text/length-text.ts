/** The length of a load: its time, or the iterations that end it and the longest time that they may take. */
import { formatAmount, formatDurationMs } from '../base/units.ts'
import type { RunPlan } from '../model/plan.ts'
import { endingIterationsOf } from '../model/plan-load.ts'

export function lengthText(plan: Pick<RunPlan, 'durationMs' | 'workloads'>): string {
  const iterations = endingIterationsOf(plan)
  const time = formatDurationMs(plan.durationMs)
  return iterations === null ? time : `${formatAmount(iterations, 'iteration')} in at most ${time}`
}
