import type { RunPlan } from '../model/plan.ts'

/** Connections the run may hold at once: one an agent and target, or the shared pool. */
export function plannedConnections(plan: RunPlan): number {
  const remote = Object.values(plan.targets).filter(({ plugin }) => plugin !== 'function').length
  return (plan.connections ?? plan.workload.agents) * remote
}
