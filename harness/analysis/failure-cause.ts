/** The cause shown for runs whose journeys fail: more agents would only fail more often. */
import { formatCount } from '../base/units.ts'
import { badOf } from '../measure/counts.ts'
import type { StepCounts } from '../model/interval-snapshot.ts'
import type { RecordView } from './record-view.ts'

/** Returns the reason why most journeys failed, as text; null when most did not. */
export function failureCause({
  stepCounts: steps,
  dispatch,
}: Pick<RecordView, 'stepCounts' | 'dispatch'>): string | null {
  const { iterations, started, cancelled } = dispatch
  const failed = steps.reduce((sum, counts) => sum + failedForGood(counts), 0)
  // A failed login cancels the journey it was for; code may take no notice of failures, and walk on.
  if (failed <= iterations || iterations * 2 >= started + cancelled) return null
  return `most journeys failed (${worstFailure(steps)}): fix that first`
}

/** The step that failed for good most often, and its commonest error. */
export function worstFailure(steps: readonly StepCounts[]): string {
  const [worst] = [...steps].sort((a, b) => failedForGood(b) - failedForGood(a))
  if (worst === undefined) return 'no step'
  const [kind] = Object.entries(worst.errors).sort(([, a], [, b]) => b - a)[0] ?? ['none']
  return `step '${worst.step}' ${formatCount(failedForGood(worst))} times, most often: ${kind}`
}

/** Failures that no further attempt followed. */
function failedForGood(counts: StepCounts): number {
  return badOf(counts) - counts.retries
}

/** Share of the agents' time in which they backed off; 0 in the open model, where arrivals come whatever happens. */
export function backedOffRatio({ plan, intervals }: RecordView): number {
  if (plan.workload.model === 'open') return 0
  const loaded = intervals.filter(({ startMs }) => startMs < plan.durationMs)
  const backedOffMs = loaded.reduce((sum, { dispatch }) => sum + dispatch.backedOffMs, 0)
  const agentMs = loaded.reduce(
    (sum, { activeAgents, startMs, endMs }) => sum + activeAgents * (endMs - startMs),
    0,
  )
  return agentMs === 0 ? 0 : backedOffMs / agentMs
}
