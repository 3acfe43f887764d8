/** The most that a plan can ask of its targets, read off the plan: nothing is run to find out. */
import { sumIfKnown } from '../../base/add-numbers.ts'
import type { RunPlan, StepPlan, WorkloadPlan } from '../../model/plan.ts'
import { agentsOf, walkedJourneys } from '../../model/plan-load.ts'
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
  const each = plan.workloads.map((workload) => demandOfWorkload(plan, workload))
  return {
    durationMs: plan.durationMs,
    agents: agentsOf(plan),
    ratePerSec: sumIfKnown(each.map(({ ratePerSec }) => ratePerSec)),
    requests: sumIfKnown(each.map(({ requests }) => requests)),
    isCode: plan.journeys.some(({ steps }) => steps === null) || plan.login === 'code',
  }
}

function demandOfWorkload(
  plan: RunPlan,
  workload: WorkloadPlan,
): Pick<PlannedDemand, 'ratePerSec' | 'requests'> {
  const { expectedIterations, durationMs, model } = workload
  const journeys = walkedJourneys(plan, workload).map(({ journey: { steps }, weight }) => ({
    weight,
    steps,
    requests: requestsOf(plan, steps),
  }))
  const ratePerSec = model === 'open' ? openRate(workload, journeys) : closedRate(workload, journeys)
  const byRate = ratePerSec === null ? null : (ratePerSec * durationMs) / SECOND_MS
  const most = Math.max(...journeys.map(({ requests }) => requests))
  return { ratePerSec, requests: expectedIterations === null ? byRate : expectedIterations * most }
}

interface WalkedJourney {
  readonly weight: number
  readonly steps: readonly StepPlan[] | null
  /** The most that one walk sends. */
  readonly requests: number
}

/** The peak of arrivals, each with the requests of an average journey. */
function openRate({ curve, instantsMs }: WorkloadPlan, journeys: readonly WalkedJourney[]): number {
  const peak = instantsMs === null ? compileCurve(curve).peak : mostInASecond(instantsMs)
  const weights = journeys.reduce((sum, { weight }) => sum + weight, 0)
  return peak * journeys.reduce((sum, { weight, requests }) => sum + (weight / weights) * requests, 0)
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
function closedRate(
  { agents, pacingMs, think }: WorkloadPlan,
  journeys: readonly WalkedJourney[],
): number | null {
  const rates = journeys.map(({ steps, requests }) => {
    const pausesMs = (steps ?? []).reduce(
      (sum, step) => sum + (step.kind === 'think' ? step.time.minMs : 0),
      0,
    )
    return requests / Math.max(pacingMs, pausesMs + think.minMs)
  })
  const perMs = agents * Math.max(...rates)
  return Number.isFinite(perMs) ? perMs * SECOND_MS : null
}

/** Requests of one journey at the most, with a login before it, and every attempt of a request that is tried again. */
function requestsOf({ login }: RunPlan, steps: readonly StepPlan[] | null): number {
  return (Array.isArray(login) ? requestsOfAll(login) : 0) + (steps === null ? 1 : requestsOfAll(steps))
}

function requestsOfAll(steps: readonly StepPlan[]): number {
  return steps.reduce((sum, step) => sum + requestsIn(step), 0)
}

function requestsIn(step: StepPlan): number {
  switch (step.kind) {
    case 'think':
    case 'pace':
    case 'rendezvous':
      return 0
    case 'request':
      return (step.retry?.attempts ?? 1) + Math.max(0, ...step.followUps.map((each) => requestsIn(each.step)))
    case 'choice':
      return Math.max(...step.alternatives.map((each) => requestsIn(each.step)))
    case 'repeat':
      return step.times * requestsOfAll(step.steps)
    case 'group':
    case 'parallel':
      return requestsOfAll(step.steps)
    case 'if':
      return Math.max(requestsOfAll(step.steps), requestsOfAll(step.else))
    case 'switch':
      return Math.max(requestsOfAll(step.else), ...step.cases.map(({ steps }) => requestsOfAll(steps)))
  }
}
