import type { RunPlan } from '../model/plan.ts'

/** Returns the maximum number of connections at once: one per agent and target, or the shared pool. */
export function plannedConnections(plan: RunPlan): number {
  const remote = Object.values(plan.targets).filter(({ plugin }) => plugin !== 'function').length
  return (plan.connections ?? plan.workload.agents) * remote
}
