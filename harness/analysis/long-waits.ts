/** Timeouts that do not fit their run: what waits longer than that is still under way when the run ends. */
import { formatDurationMs } from '../base/units.ts'
import { longestWaitMs, type RunPlan, type Timeouts } from '../model/plan.ts'
import { plannedRequests } from '../model/plan-steps.ts'

/** Lines for people when a timeout is longer than a third of the measured part and the drain; none when all fit. */
export function longWaitNotes(plan: RunPlan): string[] {
  const longestMs = longestWaitMs(plan)
  const waitMs = Math.max(
    ...timeoutsOf(plan).map(({ firstByteMs, totalMs }) => Math.min(firstByteMs, totalMs)),
  )
  if (waitMs <= longestMs) return []
  return [
    `requests may wait ${formatDurationMs(waitMs)} for their first byte, which does not fit this run (a third of its measured part and the drain: ${formatDurationMs(longestMs)}): one that hangs may end unanswered in place of timed out; shorten timeouts.firstByte, or lengthen the run or its drain`,
  ]
}

function timeoutsOf(plan: RunPlan): Timeouts[] {
  return [plan.timeouts, ...plannedRequests(plan).map((step) => step.timeouts)]
}
