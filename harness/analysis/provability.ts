/** Can a planned run prove its objectives? Known before any load is sent (STATS section 8). */
import { demandOf, type ObjectiveDemand } from '../model/demand.ts'
import type { ObjectivePlan, RunPlan, WorkloadPlan } from '../model/plan.ts'
import { measuredMsIn, walkedJourneys } from '../model/plan-load.ts'
import { type RequestBounds, requestsOf } from './journey-requests.ts'
import { leastToProve, requestsToProve } from './sample-size.ts'
import { allowanceOf } from './share-claim.ts'

/** The design effect where no run has measured one: a typical value. */
const TYPICAL_DESIGN_EFFECT = 1.3
/** Share of the allowed exceedances that a healthy service is assumed to have. */
const TYPICAL_SHARE = 0.5

const NO_CLAIM = { allowed: 0, atMost: false }

export interface Provability extends ObjectiveDemand {
  /** Share of requests that may exceed the bound. */
  readonly allowed: number
  /** Requests the plan will send in its measured phases, as far as a plan can tell; null when it cannot, or only how many at most. */
  readonly planned: number | null
  /** Requests that it will send at most; null when nobody knows. */
  readonly plannedMost: number | null
  /** Fewer cannot prove it even without a single exceedance. */
  readonly atLeast: number
  /** Prove it in nine of ten runs of a service that has half of the exceedances it may. */
  readonly typical: number
}

/** Objectives that are claims about a share of requests; the others need no number of them. */
export function provabilityOf(plan: RunPlan): Provability[] {
  return plan.objectives.flatMap((objective) => {
    const { allowed, atMost } = allowanceOf(objective) ?? NO_CLAIM
    if (!atMost || allowed <= 0 || allowed >= 1) return []
    return [
      {
        ...demandOf(objective),
        allowed,
        ...plannedRequests(plan, objective.labels),
        atLeast: leastToProve(allowed),
        typical: Math.ceil((requestsToProve(allowed, TYPICAL_SHARE * allowed) ?? 0) * TYPICAL_DESIGN_EFFECT),
      },
    ]
  })
}

/** Open model and declarative journeys only: how fast a closed model goes is the target's to say. */
function plannedRequests(
  plan: RunPlan,
  labels: ObjectivePlan['labels'],
): Pick<Provability, 'planned' | 'plannedMost'> {
  const { step, workload: wanted } = labels
  let least = 0
  let most = 0
  for (const workload of plan.workloads) {
    if (wanted !== undefined && workload.name !== wanted) continue
    const bounds = requestsOfWorkload(plan, workload, step)
    if (bounds === null) return { planned: null, plannedMost: null }
    least += bounds.least
    most += bounds.most
  }
  const plannedMost = Math.round(most)
  return { planned: least === most ? plannedMost : null, plannedMost }
}

function requestsOfWorkload(
  plan: RunPlan,
  workload: WorkloadPlan,
  step: string | undefined,
): RequestBounds | null {
  const { expectedIterations, startMs, durationMs } = workload
  if (expectedIterations === null) return null
  const walked = walkedJourneys(plan, workload)
  const weights = walked.reduce((sum, { weight }) => sum + weight, 0)
  const measured =
    expectedIterations * (measuredMsIn(plan.phases, startMs, startMs + durationMs) / durationMs)
  let least = 0
  let most = 0
  for (const { journey, weight } of walked) {
    if (journey.steps === null) return null
    const each = requestsOf(journey.steps, step)
    least += measured * (weight / weights) * each.least
    most += measured * (weight / weights) * each.most
  }
  return { least, most }
}
