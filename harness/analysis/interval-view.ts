/**
 * Every measured interval of a record as a view of its own, so that whatever can be asked of a run can be asked of one
 * second of it. An interval keeps less than the run: response times by step but not by outcome, no other distributions,
 * neither bytes nor retries. Each histogram is decoded once, for the bounds of all objectives together.
 */
import { completedOf } from '../measure/counts.ts'
import { SparseHistogram } from '../measure/sparse-histogram.ts'
import type { ObjectivePlan, RunPlan } from '../model/plan.ts'
import type { RecordInterval } from '../model/record-interval.ts'
import type { MeasuredCell } from './measured-cells.ts'
import { MeasuredView } from './measured-view.ts'
import type { RecordView } from './record-view.ts'
import { claimBoundUs } from './share-claim.ts'

/** [startMs, endMs) of a run. */
export interface IntervalView {
  readonly startMs: number
  readonly endMs: number
  readonly view: MeasuredView
}

/** In the order of time. @param objectives whose bounds on response times are counted exactly as they are of the run */
export function intervalViews(view: RecordView, objectives: readonly ObjectivePlan[]): IntervalView[] {
  const boundsUs = boundsOf(objectives)
  return view.intervals.map((interval) => ({
    startMs: interval.startMs,
    endMs: interval.endMs,
    view: viewOf(view.plan, [interval], boundsUs),
  }))
}

/** Some intervals as one view. */
export function stretchView(
  plan: RunPlan,
  intervals: readonly RecordInterval[],
  objectives: readonly ObjectivePlan[],
): MeasuredView {
  return viewOf(plan, intervals, boundsOf(objectives) ?? [])
}

/** Null: no objective is about response times. */
function boundsOf(objectives: readonly ObjectivePlan[]): number[] | null {
  const timed = objectives.filter(({ metric }) => metric === 'response_time')
  return timed.length === 0 ? null : [...new Set(timed.map(claimBoundUs))]
}

/** @param boundsUs null: without response times */
function viewOf(
  plan: RunPlan,
  intervals: readonly RecordInterval[],
  boundsUs: readonly number[] | null,
): MeasuredView {
  const lengthMs = intervals.reduce((total, { startMs, endMs }) => total + endMs - startMs, 0)
  return new MeasuredView({
    plan,
    loadMs: lengthMs,
    measuredS: lengthMs / 1000,
    cells: boundsUs === null ? [] : intervals.flatMap((interval) => cellsOf(interval, boundsUs)),
    steps: intervals.flatMap(stepsOf),
    escalations: [],
    failures: [],
    checks: [],
    messages: [],
    intervals: [...intervals],
  })
}

function cellsOf({ phase, steps }: RecordInterval, boundsUs: readonly number[]): MeasuredCell[] {
  return Object.entries(steps).flatMap(([step, { hdr }]) => {
    if (hdr === null) return []
    const histogram = SparseHistogram.decode(hdr)
    return [
      {
        phase,
        step,
        metric: 'response_time' as const,
        outcome: '',
        component: '',
        count: histogram.count,
        sumUs: histogram.sumUs,
        over: Object.fromEntries(boundsUs.map((boundUs) => [boundUs, histogram.countOver(boundUs)])),
        counts: () => histogram.counts,
      },
    ]
  })
}

function stepsOf({ phase, steps }: RecordInterval) {
  return Object.entries(steps).map(([step, { hdr: _, ...ends }]) => ({
    phase,
    step,
    ...ends,
    started: completedOf(ends) + ends.aborted,
    retries: 0,
    untimed: 0,
    bytesSent: 0,
    bytesReceived: 0,
    statuses: {},
    failedStatuses: {},
    errors: {},
  }))
}
