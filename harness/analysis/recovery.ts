/** The recovery time of a service: from the end of a phase until a measure is, and stays, near its level before it. */
import { median, sum } from 'simple-statistics'
import { completedOf } from '../measure/counts.ts'
import { SparseHistogram } from '../measure/sparse-histogram.ts'
import type { RecordInterval } from '../model/record-interval.ts'
import type { RecordView } from './record-view.ts'

/** Recovered means at most twice the level before. */
const P95_FACTOR = 2
/** Work left over: within a tenth, or five requests, of the level before. */
const BACKLOG_FACTOR = 1.1
const BACKLOG_SLACK = 5

/** Ms from the end of `phase` until the p95 of response time stays at or below twice its median before the phase. */
export function recoveryTimeMs(view: RecordView, phase: string): number | null {
  return timeUntilBack(view, phase, p95Us, (before) => before * P95_FACTOR)
}

/** Ms from the end of `phase` until waiting arrivals and requests in flight are back at their level before it. */
export function backlogDrainTimeMs(view: RecordView, phase: string): number | null {
  return timeUntilBack(
    view,
    phase,
    ({ backlog, inFlight }) => backlog + inFlight,
    (before) => before * BACKLOG_FACTOR + BACKLOG_SLACK,
  )
}

/** Infinite where most requests failed: a target that answers errors fast is not back. */
function p95Us({ steps }: RecordInterval): number {
  const all = Object.values(steps)
  const failed = sum(all.map((step) => step.failed + step.errored))
  if (failed > sum(all.map(completedOf)) / 2) return Number.POSITIVE_INFINITY
  return SparseHistogram.decodeAll(all.map(({ hdr }) => hdr)).quantileUs(0.95)
}

/** Null without a phase of that name or anything before it; the rest of the run when it never comes back. */
function timeUntilBack(
  view: RecordView,
  name: string,
  measure: (interval: RecordInterval) => number,
  limitOf: (before: number) => number,
): number | null {
  const phase = view.record.plan.phases.find((candidate) => candidate.name === name)
  if (phase === undefined) return null
  const before = view.intervals.filter(({ endMs }) => endMs <= phase.startMs)
  const after = view.intervals.filter(({ startMs }) => startMs >= phase.endMs && startMs < view.record.loadMs)
  if (before.length === 0 || after.length === 0) return null
  const limit = limitOf(median(before.map(measure)))
  const lastBad = after.findLast((interval) => measure(interval) > limit)
  return lastBad === undefined ? 0 : lastBad.endMs - phase.endMs
}
