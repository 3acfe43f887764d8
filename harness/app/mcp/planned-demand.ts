/** The most that a plan can ask of its targets, read off the plan: nothing is run to find out. */
import type { RunPlan, StepPlan } from '../../model/plan.ts'
import { compileCurve } from '../../workloads/curve.ts'

export interface PlannedDemand {
  readonly durationMs: number
  readonly agents: number
  /** Highest rate of requests, of all targets together; null: nothing in the plan bounds it. */
  readonly ratePerSec: number | null
  /** Requests of the whole run at the most; null: nothing bounds them. */
  readonly requests: number | null
  /** Journeys are code: each counts as one request, whatever it sends. */
  readonly isCode: boolean
}

const SECOND_MS = 1_000

export function plannedDemand(plan: RunPlan): PlannedDemand {
  const { workload, durationMs, journeys } = plan
  const ratePerSec = workload.model === 'open' ? openRate(plan) : closedRate(plan)
  const { expectedIterations } = workload
  const each = Math.max(...journeys.map(({ steps }) => requestsOf(plan, steps)))
  const byRate = ratePerSec === null ? null : (ratePerSec * durationMs) / SECOND_MS
  return {
    durationMs,
    agents: workload.agents,
    ratePerSec,
    requests: expectedIterations === null ? byRate : expectedIterations * each,
    isCode: journeys.some(({ steps }) => steps === null) || plan.login === 'code',
  }
}

/** The peak of arrivals, each with the requests of an average journey. */
function openRate(plan: RunPlan): number {
  const { curve, instantsMs } = plan.workload
  const peak = instantsMs === null ? compileCurve(curve).peak : mostInASecond(instantsMs)
  const weights = plan.journeys.reduce((sum, { weight }) => sum + weight, 0)
  const each = plan.journeys.reduce(
    (sum, { weight, steps }) => sum + (weight / weights) * requestsOf(plan, steps),
    0,
  )
  return peak * each
}

function mostInASecond(instantsMs: readonly number[]): number {
  let most = 0
  let first = 0
  for (const [index, atMs] of instantsMs.entries()) {
    while (atMs - (instantsMs[first] as number) >= SECOND_MS) first++
    most = Math.max(most, index - first + 1)
  }
  return most
}

/** Every agent in its fastest journey, answered at once: only pauses and pacing hold it back. */
function closedRate(plan: RunPlan): number | null {
  const { agents, pacingMs, think } = plan.workload
  const rates = plan.journeys.map(({ steps }) => {
    const pausesMs = (steps ?? []).reduce(
      (sum, step) => sum + (step.kind === 'think' ? step.time.minMs : 0),
      0,
    )
    return requestsOf(plan, steps) / Math.max(pacingMs, pausesMs + think.minMs)
  })
  const perMs = agents * Math.max(...rates)
  return Number.isFinite(perMs) ? perMs * SECOND_MS : null
}

/** Requests of one journey at the most, with a login before it, and every attempt of a request that is tried again. */
function requestsOf({ login }: RunPlan, steps: readonly StepPlan[] | null): number {
  const own = (steps ?? []).reduce((sum, step) => sum + requestsIn(step), 0)
  const before = Array.isArray(login)
    ? (login as readonly StepPlan[]).reduce((sum, step) => sum + requestsIn(step), 0)
    : 0
  return before + (steps === null ? 1 : own)
}

function requestsIn(step: StepPlan): number {
  if (step.kind === 'think') return 0
  if (step.kind === 'choice') return Math.max(...step.alternatives.map((each) => requestsIn(each.step)))
  const followed = step.followUps.map((each) => requestsIn(each.step))
  return (step.retry?.attempts ?? 1) + Math.max(0, ...followed)
}
