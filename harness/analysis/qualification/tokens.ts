/** Resources as tokens: what an activity takes while it runs, and which activities may never run at once. */
import { lookUp } from '../../base/names.ts'
import type { ActivityPlan, QualificationPlan } from '../../model/qualification-plan.ts'

type Resources = QualificationPlan['resources']

/** Tests whether an activity may start beside those that run. */
export function fitsBeside(
  activity: ActivityPlan,
  running: readonly ActivityPlan[],
  resources: Resources,
): boolean {
  const isFree = Object.entries(activity.takes).every(
    ([resource, amount]) => amount + heldOf(resource, running) <= (lookUp(resources, resource) ?? 0),
  )
  return isFree && !running.some((other) => measureOneAnother(activity, other))
}

/** Tests whether two activities can never run at once, whatever else runs. */
export function areApart(a: ActivityPlan, b: ActivityPlan, resources: Resources): boolean {
  return !fitsBeside(a, [b], resources)
}

/** Tests whether two activities compete for a resource, so that the end of one may be what the other waits for. */
export function compete(a: ActivityPlan, b: ActivityPlan): boolean {
  const isShared = Object.keys(a.takes).some((resource) => (lookUp(b.takes, resource) ?? 0) > 0)
  return isShared || measureOneAnother(a, b)
}

/** Load beside other load measures that, too, unless both sides want it. */
function measureOneAnother(a: ActivityPlan, b: ActivityPlan): boolean {
  return a.isLoad && b.isLoad && a.isShared !== b.isShared
}

function heldOf(resource: string, running: readonly ActivityPlan[]): number {
  return running.reduce((sum, { takes }) => sum + (lookUp(takes, resource) ?? 0), 0)
}
