import type { PreflightContext } from '../ports/preflight.ts'

/** Connections the run may hold at once: one an agent and target, or the shared pool. */
export function plannedConnections({ plan, target }: Pick<PreflightContext, 'plan' | 'target'>): number {
  const remote = Object.values(plan.targets).filter(
    ({ plugin }) => target(plugin).connections !== 'none',
  ).length
  return (plan.connections ?? plan.workload.agents) * remote
}
