/** The numbers of journeys in the measured part of a run, by workload, for metrics and for the validity of a run. */
import { lookUp } from '../../base/names.ts'
import type { DispatchCounts, WorkloadCounts } from '../../model/interval-snapshot.ts'
import type { WorkloadPlan } from '../../model/plan.ts'
import { measuredMsIn } from '../../model/plan-load.ts'
import type { MeasuredInterval, MeasuredView } from '../measured-view.ts'
import type { Labels } from './metric.ts'

/** The counters that each workload has. */
export type WorkloadDispatch = Pick<DispatchCounts, keyof DispatchCounts & keyof WorkloadCounts>

/** A workload, and what was dispatched of it. */
export interface DispatchedWorkload {
  readonly workload: WorkloadPlan
  readonly dispatch: WorkloadDispatch
}

type Dispatched = Pick<MeasuredView, 'plan' | 'dispatch'> & {
  readonly intervals: readonly MeasuredInterval[]
}

/** Returns the workloads that the labels select, each with its own counts; one without a name has those of the whole view. */
export function workloadsIn(
  { plan, dispatch, intervals }: Dispatched,
  labels: Labels = {},
): DispatchedWorkload[] {
  const { workload: wanted } = labels
  return plan.workloads
    .filter(({ name }) => wanted === undefined || name === wanted)
    .map((workload) => {
      const { name } = workload
      return { workload, dispatch: name === undefined ? dispatch : dispatchOf(name, intervals) }
    })
}

/** Adds up a count of journeys over the workloads that the labels select. */
export function sumOfJourneys(view: MeasuredView, labels: Labels, count: keyof WorkloadDispatch): number {
  return workloadsIn(view, labels).reduce((sum, { dispatch }) => sum + dispatch[count], 0)
}

/** Returns the number of journeys that the plan demanded of the measured part, of the workloads that the labels select. */
export function plannedStarts(view: MeasuredView, labels: Labels): number {
  return workloadsIn(view, labels).reduce((sum, each) => sum + plannedStartsOf(each, view), 0)
}

/**
 * Journeys the plan demanded of a workload in the measured part until load ended: what fell due, or what a paced closed model
 * promises for a stretch of that length, whichever is more.
 */
export function plannedStartsOf(
  { workload, dispatch }: DispatchedWorkload,
  { plan, loadMs }: MeasuredView,
): number {
  const { model, expectedIterations, startMs, durationMs } = workload
  if (model === 'open' || expectedIterations === null || loadMs < plan.durationMs) return dispatch.planned
  const measuredMs = measuredMsIn(plan.phases, startMs, startMs + durationMs)
  return Math.max(dispatch.planned, (expectedIterations * measuredMs) / durationMs)
}

function dispatchOf(name: string, intervals: readonly MeasuredInterval[]): WorkloadDispatch {
  const sums: Record<keyof WorkloadDispatch, number> = {
    planned: 0,
    started: 0,
    dropped: 0,
    cancelled: 0,
    lateStarts: 0,
    iterations: 0,
    backedOffMs: 0,
  }
  for (const { workloads = {} } of intervals) {
    const counts = lookUp(workloads, name)
    if (counts === undefined) continue
    for (const key of Object.keys(sums) as (keyof WorkloadDispatch)[]) sums[key] += counts[key]
  }
  return sums
}
