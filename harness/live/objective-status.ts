/** The facts about an objective while load runs and once the run is judged. */
import { isTrusted } from '../analysis/trust.ts'
import { demandOf } from '../model/demand.ts'
import type { ObjectiveEvent } from '../model/enforcement.ts'
import type { ObjectiveStatus } from '../model/live-view.ts'
import type { ObjectiveResult } from '../model/objective-result.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import type { VerdictReason } from '../model/verdict.ts'

/** The status before anything was seen. */
export function statusOf(objective: ObjectivePlan): ObjectiveStatus {
  const { severity, watch } = objective
  return {
    ...demandOf(objective),
    severity,
    state: watch === null ? 'not-watched' : 'ok',
    outcome: null,
    sinceMs: null,
    firesAtMs: null,
    observed: null,
    missing: null,
    isSuspended: false,
    budgetLeftRatio: null,
    annotations: {},
  }
}

/** The status after a change of state. */
export function changedStatus(
  status: ObjectiveStatus,
  { to, atMs, sinceMs, observed, annotations }: ObjectiveEvent,
  objective: ObjectivePlan | undefined,
): ObjectiveStatus {
  const { forMs, graceMs } = objective?.watch ?? { forMs: 0, graceMs: 0 }
  return {
    ...status,
    state: to,
    sinceMs,
    firesAtMs: to === 'pending' ? atMs + forMs + graceMs : null,
    observed,
    annotations,
  }
}

/** The status while breaches are not believed, or are again. @param doubt why not */
export function doubtedStatus(
  status: ObjectiveStatus,
  objective: ObjectivePlan | undefined,
  doubt: VerdictReason | null,
): ObjectiveStatus {
  const isSuspended = doubt !== null && objective !== undefined && !isTrusted(objective, [doubt])
  return { ...status, isSuspended }
}

/** The status of an objective of a run that is judged; unchanged where the verdict does not have it. */
export function judgedStatus(status: ObjectiveStatus, results: readonly ObjectiveResult[]): ObjectiveStatus {
  const result = results.find(({ id }) => id === status.id)
  if (result === undefined) return status
  const { outcome, observed, breached } = result
  const sinceMs = outcome === 'missed' ? (breached?.fromMs ?? status.sinceMs) : null
  return { ...status, outcome, observed, sinceMs, isSuspended: false, firesAtMs: null }
}
