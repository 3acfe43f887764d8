/** The numbers of journeys, for metrics and for the validity of a run. */
import type { MeasuredView } from '../measured-view.ts'

export function completedJourneys({ intervals }: MeasuredView): number {
  return intervals.reduce((sum, { dispatch }) => sum + dispatch.iterations, 0)
}

/** Journeys the plan demanded until load ended: what fell due, or what a paced closed model promises, whichever is more. */
export function plannedStarts(view: MeasuredView): number {
  const { plan, dispatch, loadMs } = view
  const whole = plan.workload.expectedIterations
  const complete = loadMs >= plan.durationMs
  return whole === null || !complete ? dispatch.planned : Math.max(dispatch.planned, whole)
}
