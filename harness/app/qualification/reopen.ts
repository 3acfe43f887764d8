/** The activities that run again when a qualification goes on: what changed meanwhile, what is to be tried again, and what needs one of these. */
import type { ActivityState, QualificationState } from '../../analysis/qualification/fold.ts'
import type { ActivityPlan, QualificationPlan } from '../../model/qualification-plan.ts'
import { collectInputs, collectOutputs } from './parts.ts'

export interface ReopenWish {
  /** All that did not pass. */
  readonly retryFailed: boolean
  /** Names. */
  readonly retry: readonly string[]
}

export interface Reopened {
  readonly activity: string
  readonly why: string
}

/** @param plan as it is now @param state as the journal left it */
export async function reopenedActivities(
  plan: QualificationPlan,
  state: QualificationState,
  wish: ReopenWish,
  cwd: string,
): Promise<readonly Reopened[]> {
  const found = new Map<string, string>()
  for (const activity of plan.activities) {
    const before = state.activities.get(activity.name)
    if (before?.status !== 'ended' || before.result?.outcome === 'cancelled') continue
    const why = (await changeOf(activity, before, state, cwd)) ?? wishOf(activity, before, wish)
    if (why !== null) found.set(activity.name, why)
  }
  for (const [name] of found)
    for (const { name: after, needs } of plan.activities)
      if (needs.includes(name) && !found.has(after) && state.activities.get(after)?.status === 'ended')
        found.set(after, `it needs ${name}, which runs again`)
  return [...found].map(([activity, why]) => ({ activity, why }))
}

function wishOf({ name }: ActivityPlan, { result, undo }: ActivityState, wish: ReopenWish): string | null {
  if (wish.retry.includes(name)) return 'it was asked for'
  if (result?.outcome === 'skipped') return 'it did not run'
  if (!wish.retryFailed) return null
  if (undo !== null) return 'it was undone'
  return result?.outcome === 'passed' ? null : `it was ${result?.outcome}`
}

/** Null: the same work, of the same inputs, and its outputs are still there. */
async function changeOf(
  activity: ActivityPlan,
  { inputs, result }: ActivityState,
  state: QualificationState,
  cwd: string,
): Promise<string | null> {
  const planned = state.plan.activities.find(({ name }) => name === activity.name)
  if (planned?.fingerprint !== activity.fingerprint) return 'its work changed'
  const now = await collectInputs(activity, state, cwd)
  if (typeof now === 'string' || hashes(now) !== hashes(inputs)) return 'its inputs changed'
  const values = Object.fromEntries((result?.outputs ?? []).map(({ source, value }) => [source, value ?? '']))
  const { outputs } = await collectOutputs(activity, values, cwd)
  return result?.outcome === 'passed' && hashes(outputs) !== hashes(result.outputs)
    ? 'its outputs changed'
    : null
}

function hashes(parts: ActivityState['inputs']): string {
  return JSON.stringify(parts.map(({ name, sha256, value }) => [name, sha256, value]))
}
