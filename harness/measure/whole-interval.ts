/** Intervals over all steps, as stored in baselines and histories. */
import { sum } from 'simple-statistics'
import type { RecordInterval } from '../model/record-interval.ts'
import type { WholeInterval } from '../model/run-summary.ts'
import { badOf, completedOf } from './counts.ts'
import { SparseHistogram } from './sparse-histogram.ts'

/** Returns an interval of a record over all its steps. */
export function wholeOf({ startMs, endMs, steps }: RecordInterval): WholeInterval {
  const all = Object.values(steps)
  const histogram = SparseHistogram.decodeAll(all.map(({ hdr }) => hdr))
  return {
    startMs,
    endMs,
    requests: sum(all.map(completedOf)),
    errors: sum(all.map(badOf)),
    hdr: histogram.count === 0 ? null : histogram.encode(),
  }
}

/** Joins neighbours, at least one of them. */
export function joinWhole(intervals: readonly WholeInterval[]): WholeInterval {
  const last = intervals.at(-1) as WholeInterval
  if (intervals.length === 1) return last
  const histogram = SparseHistogram.decodeAll(intervals.map(({ hdr }) => hdr))
  return {
    startMs: intervals[0]?.startMs ?? last.startMs,
    endMs: last.endMs,
    requests: sum(intervals.map(({ requests }) => requests)),
    errors: sum(intervals.map(({ errors }) => errors)),
    hdr: histogram.count === 0 ? null : histogram.encode(),
  }
}
