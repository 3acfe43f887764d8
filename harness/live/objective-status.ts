/** The status of an objective while load runs. */
import { demandOf } from '../model/demand.ts'
import type { ObjectiveEvent } from '../model/enforcement.ts'
import type { ObjectiveStatus } from '../model/live-view.ts'
import type { ObjectivePlan } from '../model/plan.ts'

/** The status before anything was seen. */
export function statusOf(objective: ObjectivePlan): ObjectiveStatus {
  const { severity, watch } = objective
  return {
    ...demandOf(objective),
    severity,
    state: watch === null ? 'not-watched' : 'ok',
    sinceMs: null,
    firesAtMs: null,
    observed: null,
    budgetLeftRatio: null,
    annotations: {},
  }
}

/** The status after a change of state. */
export function changedStatus(
  status: ObjectiveStatus,
  { to, atMs, observed, annotations }: ObjectiveEvent,
  objective: ObjectivePlan | undefined,
): ObjectiveStatus {
  const { forMs, graceMs } = objective?.watch ?? { forMs: 0, graceMs: 0 }
  return {
    ...status,
    state: to,
    sinceMs: atMs,
    firesAtMs: to === 'pending' ? atMs + forMs + graceMs : null,
    observed,
    annotations,
  }
}
