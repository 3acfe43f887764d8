/** The workloads of a plan together. */
import { sumIfKnown } from '../base/add-numbers.ts'
import type { CellKey } from './interval-snapshot.ts'
import type { JourneyPlan, RunPlan, WorkloadPlan } from './plan.ts'

type Loads = Pick<RunPlan, 'workloads'>

/** Returns the most agents of all workloads: each has agents of its own, also where one follows another. */
export function agentsOf({ workloads }: Loads): number {
  return workloads.reduce((sum, { agents }) => sum + agents, 0)
}

/** Returns the model that all workloads have; mixed where they differ. */
export function modelOf({ workloads }: Loads): WorkloadPlan['model'] | 'mixed' {
  const models = new Set(workloads.map(({ model }) => model))
  const [first] = models
  return models.size === 1 && first !== undefined ? first : 'mixed'
}

/** Returns the journeys that the plan demands; null where one of its workloads does not tell. */
export function expectedIterationsOf({ workloads }: Loads): number | null {
  return sumIfKnown(workloads.map(({ expectedIterations }) => expectedIterations))
}

/** Returns the journeys that the agents of a workload walk, with their weights there. */
export function walkedJourneys(
  { journeys }: Pick<RunPlan, 'journeys'>,
  { journeys: walked = journeys }: Pick<WorkloadPlan, 'journeys'>,
): { readonly journey: JourneyPlan; readonly weight: number }[] {
  return walked.flatMap(({ name, weight }) => {
    const journey = journeys.find((each) => each.name === name)
    return journey === undefined ? [] : [{ journey, weight }]
  })
}

/** Returns the iterations that end the load; null where the time of a workload does. */
export function endingIterationsOf(plan: Loads): number | null {
  return plan.workloads.every(({ iterations }) => iterations !== undefined)
    ? expectedIterationsOf(plan)
    : null
}

/** Returns the names of the workloads; none where there is one without a name. */
export function workloadNames({ workloads }: Loads): string[] {
  return workloads.flatMap(({ name }) => name ?? [])
}

/** Returns the names of all regions, each once. */
export function regionNames({ workloads }: Loads): string[] {
  return [...new Set(workloads.flatMap(({ regions }) => regions.map(({ name }) => name)))]
}

/** The agents that are recorded together: those of a workload, of a region, or all. */
export type AgentPlace = Pick<CellKey, 'workload' | 'region'>

/**
 * Returns the places of agents, as `AgentTable` numbers them: each region of each workload, and a workload without regions as one.
 * Regions are told apart where an objective or limit names one, workloads where they have names.
 */
export function placesOf({ workloads, objectives, limits }: RunPlan): AgentPlace[] {
  const isAsked = [...objectives, ...limits].some(({ labels }) => labels['region'] !== undefined)
  return workloads.flatMap(({ name, regions }) => {
    const place = name === undefined ? {} : { workload: name }
    if (regions.length === 0) return [place]
    return regions.map(({ name: region }) => (isAsked ? { ...place, region } : place))
  })
}

/** Returns the stretch of the run in which a workload begins anything, by its name; null for a name that is not there. */
export function stretchOf(
  { workloads }: Loads,
  wanted: string,
): { readonly startMs: number; readonly endMs: number } | null {
  const found = workloads.find(({ name }) => name === wanted)
  return found === undefined ? null : { startMs: found.startMs, endMs: found.startMs + found.durationMs }
}

/** Returns how much of a stretch is in measured phases. */
export function measuredMsIn(phases: RunPlan['phases'], fromMs: number, toMs: number): number {
  return phases.reduce(
    (sum, { measured, startMs, endMs }) =>
      sum + (measured ? Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs)) : 0),
    0,
  )
}
