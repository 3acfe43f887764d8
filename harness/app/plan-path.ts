/** The critical path of an activities file, and whether a sequence of its activities is possible. */
import { resolve } from 'node:path'
import { type SequenceViolation, sequenceViolation } from '../analysis/plan-graph/sequence.ts'
import { type ActivityPlan, loadActivities } from '../scenario/activities/load.ts'

/** A plan and what was asked about it. */
export interface PlannedPath extends ActivityPlan {
  /** Null: no sequence was given. */
  readonly sequence: {
    readonly given: readonly string[]
    readonly violation: SequenceViolation | null
  } | null
}

/** @throws HarnessError ACTIVITIES_* */
export async function planPath(
  file: string,
  sequence: readonly string[] | null,
  cwd: string,
): Promise<PlannedPath> {
  const plan = await loadActivities(resolve(cwd, file))
  return {
    ...plan,
    sequence:
      sequence === null ? null : { given: sequence, violation: sequenceViolation(plan.graph, sequence) },
  }
}
