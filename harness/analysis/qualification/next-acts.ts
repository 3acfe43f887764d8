/** The next acts of a qualification. A pure function of its state: whoever asks again after a kill gets the same answer. */
import type { ActivityPlan } from '../../model/qualification-plan.ts'
import type { QualificationState } from './fold.ts'
import { startsNow } from './schedule.ts'
import type { Standings } from './standing.ts'

export interface NextActs {
  /** In the order in which they start. */
  readonly starts: readonly ActivityPlan[]
  /** Nothing runs, and nothing will. */
  readonly isOver: boolean
}

/** @param slackMs by activity, of the schedule */
export function nextActs(
  { plan, activities }: QualificationState,
  standings: Standings,
  slackMs: ReadonlyMap<string, number>,
): NextActs {
  const running = plan.activities.filter(({ name }) => activities.get(name)?.status === 'running')
  const ready = plan.activities.filter(({ name }) => standings.activities.get(name)?.phase === 'ready')
  const starts = startsNow(ready, running, plan.resources, slackMs)
  return { starts, isOver: running.length === 0 && starts.length === 0 }
}

/** The activities whose undo is due, the last that ended first; each once. */
export function undosDue({ plan, activities, ended }: QualificationState): readonly ActivityPlan[] {
  return ended.toReversed().flatMap((name) => {
    const activity = plan.activities.find((each) => each.name === name)
    const state = activities.get(name)
    if (activity === undefined || activity.undo === null || state === undefined) return []
    const didSomething = state.result?.outcome !== 'skipped' && state.result?.reusedFrom === null
    return didSomething && state.undo === null ? [activity] : []
  })
}
