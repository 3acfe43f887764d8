/** The outcome of the same work in an earlier qualification, where the plan lets it stand for a while. */
import { wallMsOf } from '../../base/clock.ts'
import type { QualificationRecord, QualifiedActivity } from '../../model/qualification.ts'
import type { ActivityResult } from '../../model/qualification-journal.ts'
import type { ActivityPlan } from '../../model/qualification-plan.ts'
import type { Attempt } from './drive.ts'
import { collectOutputs } from './parts.ts'

interface ReuseAround {
  /** The newest first. */
  readonly past: readonly QualificationRecord[]
  readonly cwd: string
  readonly wallMs: number
}

/** Null: it has to be done. */
export async function reusedResult(
  activity: ActivityPlan,
  { inputs, state }: Attempt,
  { past, cwd, wallMs }: ReuseAround,
): Promise<ActivityResult | null> {
  const { reuseMs, role, fingerprint } = activity
  if (reuseMs === null || (role === 'core' && state.wish.strict)) return null
  for (const { qualificationId, activities, risks } of past) {
    const same = activities.find(
      (each) =>
        each.name === activity.name &&
        each.fingerprint === fingerprint &&
        each.outcome === 'passed' &&
        each.reusedFrom === null &&
        partsText(each.inputs) === partsText(inputs),
    )
    const ageMs = same?.endedAt == null ? Number.POSITIVE_INFINITY : wallMs - wallMsOf(same.endedAt)
    if (same !== undefined && ageMs <= reuseMs && (await hasOutputs(activity, same, cwd)))
      return {
        ...{ outcome: 'passed', reasons: [], runId: same.runId, files: {}, mocked: null },
        ...{ items: same.items, outputs: same.outputs, reusedFrom: { qualificationId, ageMs } },
        risks: risks.filter((risk) => risk.activity === same.name),
      }
  }
  return null
}

/** Tests whether the files are still those that it wrote. */
async function hasOutputs(
  activity: ActivityPlan,
  { outputs }: QualifiedActivity,
  cwd: string,
): Promise<boolean> {
  const values = Object.fromEntries(outputs.map(({ source, value }) => [source, value ?? '']))
  const now = await collectOutputs(activity, values, cwd)
  return partsText(now.outputs) === partsText(outputs)
}

function partsText(
  parts: QualifiedActivity['inputs'] | readonly QualifiedActivity['inputs'][number][],
): string {
  return JSON.stringify(parts.map(({ name, sha256, value }) => [name, sha256, value]))
}
