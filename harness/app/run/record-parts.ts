/** The measured parts of a record: the same for a run that ended and for one that is recovered. */
import { summarizeIntervals } from '../../analysis/comparison/summarize-intervals.ts'
import type { SnapshotMerger } from '../../cluster/merge-snapshots.ts'
import type { RunPlan } from '../../model/plan.ts'
import type { RunRecord } from '../../model/run-record.ts'

export type Measured = Pick<
  RunRecord,
  | 'cells'
  | 'steps'
  | 'dispatch'
  | 'escalations'
  | 'intervals'
  | 'slowest'
  | 'failures'
  | 'concurrency'
  | 'checks'
  | 'messages'
  | 'summaries'
>

export function measuredOf(merger: SnapshotMerger, plan: RunPlan, loadMs: number): Measured {
  const cells = merger.cells()
  return {
    cells,
    steps: merger.steps(),
    dispatch: merger.dispatch,
    escalations: merger.escalations,
    intervals: merger.intervals(),
    slowest: merger.slowest(),
    failures: merger.failures(),
    concurrency: merger.concurrency(),
    checks: merger.checks(),
    messages: merger.messages(),
    summaries: summarizeIntervals(merger.mergedIntervals(), cells, plan, loadMs),
  }
}

/** Name of the phase that holds an instant; of the last one after the end. */
export function phaseAt(plan: RunPlan, atMs: number): string {
  const phase = plan.phases.find(({ endMs }) => atMs < endMs) ?? plan.phases[plan.phases.length - 1]
  return phase?.name ?? ''
}
