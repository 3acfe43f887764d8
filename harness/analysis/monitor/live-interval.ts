/** One second of a run that goes on, with what its shards counted in it; and views of the last of them. */
import { addTallies } from '../../base/add-numbers.ts'
import { totalOf } from '../../measure/sparse-counts.ts'
import type { StepFailures } from '../../model/failures-schema.ts'
import type { CheckCounts, IntervalSnapshot, StepCounts } from '../../model/interval-snapshot.ts'
import type { MergedInterval } from '../../model/merged-interval.ts'
import type { RunPlan } from '../../model/plan.ts'
import type { MeasuredCell } from '../measured-cells.ts'
import { MeasuredView } from '../measured-view.ts'

export interface LiveInterval {
  readonly merged: MergedInterval
  readonly cells: readonly MeasuredCell[]
  readonly steps: readonly StepCounts[]
  readonly escalations: Readonly<Record<string, number>>
  readonly failures: readonly StepFailures[]
  readonly checks: readonly CheckCounts[]
}

export function liveIntervalOf(snapshots: readonly IntervalSnapshot[], merged: MergedInterval): LiveInterval {
  return {
    merged,
    cells: snapshots.flatMap(({ cells }) =>
      cells.map(({ key, sumUs, over, counts }) => ({
        ...key,
        sumUs,
        over,
        count: totalOf(counts),
        counts: () => counts,
      })),
    ),
    steps: snapshots.flatMap(({ steps }) => steps),
    escalations: addTallies(snapshots.map(({ escalations }) => escalations)),
    failures: snapshots.flatMap(({ failures }) => failures),
    checks: snapshots.flatMap(({ checks }) => checks),
  }
}

/** Creates a view of the measurements in these intervals; empty ones say nothing. */
export function viewOf(intervals: readonly LiveInterval[], plan: RunPlan): MeasuredView {
  const measured = intervals.map(({ merged }) => merged)
  const lengthMs = measured.reduce((sum, { startMs, endMs }) => sum + (endMs - startMs), 0)
  return new MeasuredView({
    plan,
    loadMs: lengthMs,
    measuredS: lengthMs / 1000,
    cells: intervals.flatMap(({ cells }) => cells),
    steps: intervals.flatMap(({ steps }) => steps),
    escalations: intervals.map(({ merged: { phase }, escalations: kinds }) => ({ phase, kinds })),
    failures: intervals.flatMap(({ failures }) => failures),
    checks: intervals.flatMap(({ checks }) => checks),
    messages: [],
    intervals: measured,
  })
}
