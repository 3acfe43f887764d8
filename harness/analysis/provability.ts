/** Can a planned run prove its objectives? Known before any load is sent (STATS section 8). */
import { demandOf, type ObjectiveDemand } from '../model/demand.ts'
import type { ObjectivePlan, RunPlan, StepPlan, WorkloadPlan } from '../model/plan.ts'
import { measuredMsIn } from '../model/plan-load.ts'
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
  /** Requests the plan will send in its measured phases, as far as a plan can tell; null when it cannot. */
  readonly planned: number | null
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
        planned: plannedRequests(plan, objective.labels),
        atLeast: leastToProve(allowed),
        typical: Math.ceil((requestsToProve(allowed, TYPICAL_SHARE * allowed) ?? 0) * TYPICAL_DESIGN_EFFECT),
      },
    ]
  })
}

/** Open model and declarative journeys only: how fast a closed model goes is the target's to say. */
function plannedRequests(plan: RunPlan, labels: ObjectivePlan['labels']): number | null {
  const { step, workload: wanted } = labels
  const amounts = plan.workloads
    .filter(({ name }) => wanted === undefined || name === wanted)
    .map((workload) => plannedRequestsOf(plan, workload, step))
  const sum = amounts.reduce(
    (total, amount) => (total === null || amount === null ? null : total + amount),
    0,
  )
  return sum === null ? null : Math.round(sum)
}

function plannedRequestsOf(
  { journeys, phases }: RunPlan,
  { expectedIterations, startMs, durationMs, journeys: walked = journeys }: WorkloadPlan,
  step: string | undefined,
): number | null {
  if (expectedIterations === null) return null
  const weights = walked.reduce((sum, { weight }) => sum + weight, 0)
  let each = 0
  for (const { name, weight } of walked) {
    const steps = journeys.find((journey) => journey.name === name)?.steps ?? null
    if (steps === null) return null
    each += (weight / weights) * steps.reduce((sum, planned) => sum + requestsIn(planned, step), 0)
  }
  return expectedIterations * each * (measuredMsIn(phases, startMs, startMs + durationMs) / durationMs)
}

/** Expected requests of a step, or those of them under one name: of a choice by weight, of follow-ups by probability. */
function requestsIn(planned: StepPlan, wanted: string | undefined): number {
  if (planned.kind === 'think') return 0
  if (planned.kind === 'choice') {
    const weights = planned.alternatives.reduce((sum, { weight }) => sum + weight, 0)
    return planned.alternatives.reduce(
      (sum, { weight, step }) => sum + (weight / weights) * requestsIn(step, wanted),
      0,
    )
  }
  const own = wanted === undefined || planned.name === wanted ? 1 : 0
  return planned.followUps.reduce(
    (sum, { probability, step }) => sum + probability * requestsIn(step, wanted),
    own,
  )
}
