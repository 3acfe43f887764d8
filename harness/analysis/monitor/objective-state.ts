/**
 * The states of one watched objective. A breach is first pending: it has to last for `for`, and the target then has
 * `grace` to recover by itself; what still lasts fires. What fired and holds again is recovering for as long as a breach
 * had to last (at least one more look), so that a flapping objective fires once.
 */
import type { ObjectiveStateName } from '../../model/enforcement.ts'
import type { WatchPlan } from '../../model/objective-plan.ts'

/** Looks come once a second, give or take: one that comes this much early counts as on time. */
const EARLY_MS = 250

/** `sinceMs`: when the state began. */
export interface ObjectiveState {
  readonly name: ObjectiveStateName
  readonly sinceMs: number
}

export const OK: ObjectiveState = { name: 'ok', sinceMs: 0 }

/** The states an objective goes through at one look, the last one being where it is now; empty when nothing changes. */
export function nextStates(
  state: ObjectiveState,
  isBreached: boolean,
  nowMs: number,
  watch: WatchPlan,
): readonly ObjectiveState[] {
  const next = changed(state, isBreached, nowMs, watch)
  if (next === null) return []
  // A breach that is given no time fires at the same look.
  const further = next.name === 'pending' ? nextStates(next, isBreached, nowMs, watch) : []
  return [next, ...further]
}

function changed(
  { name, sinceMs }: ObjectiveState,
  isBreached: boolean,
  nowMs: number,
  { forMs, graceMs }: WatchPlan,
): ObjectiveState | null {
  const become = (next: ObjectiveStateName): ObjectiveState => ({ name: next, sinceMs: nowMs })
  const lastedMs = nowMs - sinceMs + EARLY_MS
  switch (name) {
    case 'ok':
      return isBreached ? become('pending') : null
    case 'pending':
      if (!isBreached) return become('ok')
      return lastedMs >= forMs + graceMs ? become('firing') : null
    case 'firing':
      return isBreached ? null : become('recovering')
    case 'recovering':
      if (isBreached) return become('firing')
      return lastedMs >= forMs ? become('ok') : null
  }
}
