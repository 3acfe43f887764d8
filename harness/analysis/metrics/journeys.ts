/** The numbers of journeys in the measured part of a run, for metrics and for the validity of a run. */
import type { MeasuredView } from '../measured-view.ts'

/**
 * Journeys the plan demanded of the measured part until load ended: what fell due, or what a paced closed model promises for a
 * stretch of that length, whichever is more.
 */
export function plannedStarts({ plan, dispatch, loadMs, measuredS }: MeasuredView): number {
  const { model, expectedIterations } = plan.workload
  if (model === 'open' || expectedIterations === null || loadMs < plan.durationMs) return dispatch.planned
  return Math.max(dispatch.planned, (expectedIterations * measuredS * 1000) / plan.durationMs)
}
