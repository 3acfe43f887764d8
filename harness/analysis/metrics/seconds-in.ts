import { stretchOf } from '../../model/plan-load.ts'
import type { MeasuredView } from '../measured-view.ts'
import type { Labels } from './metric.ts'

/** Returns the seconds of a view over which the labels select anything: those of a workload are the ones in which it ran. */
export function secondsIn({ plan, intervals, measuredS }: MeasuredView, { workload }: Labels): number {
  const stretch = workload === undefined ? null : stretchOf(plan, workload)
  if (stretch === null) return measuredS
  const ranMs = intervals.reduce(
    (sum, { startMs, endMs }) =>
      sum + Math.max(0, Math.min(endMs, stretch.endMs) - Math.max(startMs, stretch.startMs)),
    0,
  )
  return ranMs / 1000
}
