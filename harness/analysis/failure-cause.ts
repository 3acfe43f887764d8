/** Why most journeys of a run failed: then agents are not what is missing, and more of them only fail more often. */
import { formatCount } from '../base/units.ts'
import type { StepCounts } from '../model/interval-snapshot.ts'
import type { RunRecord } from '../model/run-record.ts'

/** The step that failed for good most often, and how; null when most journeys did not fail. */
export function failureCause({ steps, dispatch }: Pick<RunRecord, 'steps' | 'dispatch'>): string | null {
  const { iterations, started, cancelled } = dispatch
  const failed = steps.reduce((sum, counts) => sum + failedForGood(counts), 0)
  // A failed login cancels the journey it was for; code may take no notice of failures, and walk on.
  if (failed <= iterations || iterations * 2 >= started + cancelled) return null
  const [worst] = [...steps].sort((a, b) => failedForGood(b) - failedForGood(a))
  if (worst === undefined) return null
  const [kind] = Object.entries(worst.errors).sort(([, a], [, b]) => b - a)[0] ?? ['none']
  return `most journeys failed: step '${worst.step}' did ${formatCount(failedForGood(worst))} times, mostly by '${kind}': mend that first`
}

/** Failures that no further attempt followed. */
function failedForGood({ failed, errored, timedOut, retries }: StepCounts): number {
  return failed + errored + timedOut - retries
}
