/** The cause shown for runs whose journeys fail: more agents would only fail more often. */

import { lookUp } from '../base/names.ts'
import { formatCount } from '../base/units.ts'
import { badOf } from '../measure/counts.ts'
import type { FailureCount } from '../model/failures-schema.ts'
import type { StepCounts } from '../model/interval-snapshot.ts'
import { modelOf } from '../model/plan-load.ts'
import type { RecordInterval } from '../model/record-interval.ts'
import { failureText } from '../text/failure-text.ts'
import { causesOf, journeyCauses } from './failure-causes.ts'
import type { RecordView } from './record-view.ts'

type Failing = Pick<RecordView, 'stepCounts' | 'failures' | 'journeyFailures' | 'dispatch'>

/** Returns the reason why most journeys failed, as text; null when most did not. */
export function failureCause(view: Failing): string | null {
  const { stepCounts: steps, dispatch } = view
  const { iterations, started, cancelled, failedByCode } = dispatch
  const failed = failedByCode + steps.reduce((sum, counts) => sum + failedForGood(counts), 0)
  // A failed login cancels the journey it was for; code may take no notice of failures, and walk on.
  if (failed <= iterations || iterations * 2 >= started + cancelled) return null
  return `most journeys failed (${worstFailure(view)}): fix that first`
}

/** The step that failed for good most often, or code that did more often, and why it most often did. */
export function worstFailure(view: Failing): string {
  const { failedByCode } = view.dispatch
  const [worst] = [...view.stepCounts].sort((a, b) => failedForGood(b) - failedForGood(a))
  if (failedByCode > 0 && failedByCode >= (worst === undefined ? 0 : failedForGood(worst)))
    return `code ${formatCount(failedByCode)} times${mostOf(journeyCauses(view))}`
  if (worst === undefined) return 'no step'
  const causes = causesOf(worst, view.failures({ phase: worst.phase, step: worst.step }))
  return `step '${worst.step}' ${formatCount(failedForGood(worst))} times${mostOf(causes)}`
}

function mostOf([cause]: readonly FailureCount[]): string {
  return cause === undefined ? '' : `, most often: ${failureText(cause)}`
}

/** Failures that no further attempt followed. */
function failedForGood(counts: StepCounts): number {
  return badOf(counts) - counts.retries
}

/** Share of the time of the agents of closed workloads in which agents backed off; 0 in the open model, where arrivals come whatever happens. */
export function backedOffRatio({ plan, intervals }: RecordView): number {
  if (modelOf(plan) === 'open') return 0
  const loaded = intervals.filter(({ startMs }) => startMs < plan.durationMs)
  const backedOffMs = loaded.reduce((sum, { dispatch }) => sum + dispatch.backedOffMs, 0)
  const closed = plan.workloads.flatMap(({ name, model }) => (model === 'closed' ? [name] : []))
  const agentsIn = ({ activeAgents, workloads = {} }: RecordInterval) =>
    closed.reduce(
      (sum, name) => sum + (name === undefined ? activeAgents : (lookUp(workloads, name)?.activeAgents ?? 0)),
      0,
    )
  const agentMs = loaded.reduce(
    (sum, interval) => sum + agentsIn(interval) * (interval.endMs - interval.startMs),
    0,
  )
  return agentMs === 0 ? 0 : backedOffMs / agentMs
}
