/** The number of threads of a load. */
import { formatAmount } from '../../base/units.ts'
import type { TargetPlan, WorkloadPlan } from '../../model/plan.ts'

type Shared = { readonly targets: Readonly<Record<string, Pick<TargetPlan, 'connections'>>> } & {
  readonly workloads: readonly Pick<WorkloadPlan, 'model' | 'agents'>[]
}

/**
 * Returns the number of threads that a plan can use. Each thread has its own share of agents and connections, so one without an
 * agent would have nothing to do, and one without a connection would open one too many.
 * @param asked null: one core is left to the coordinator and the target
 */
export function threadsOf(plan: Shared, asked: number | null, cores: number): number {
  return Math.max(1, Math.min(asked ?? cores - 1, mostThreadsOf(plan)))
}

/** Says that fewer threads are used than were asked for. */
export function threadNotes(plan: Shared, asked: number | null): string[] {
  const most = mostThreadsOf(plan)
  if (asked === null || asked <= most) return []
  const what = most === agentsToShare(plan) ? formatAmount(most, 'agent') : formatAmount(most, 'connection')
  return [`--threads ${asked}: ${formatAmount(most, 'thread')} for ${what}`]
}

/** Returns the most threads that a plan can use. */
export function mostThreadsOf(plan: Shared): number {
  const pools = Object.values(plan.targets).flatMap(({ connections }) => connections ?? [])
  return Math.min(agentsToShare(plan), ...pools)
}

/** Arrivals of an open workload come to every thread, which needs an agent for them; one thread may have all of a closed one. */
function agentsToShare({ workloads }: Shared): number {
  const agentsOf = (wanted: WorkloadPlan['model']) =>
    workloads.flatMap(({ model, agents }) => (model === wanted ? [agents] : []))
  const open = agentsOf('open')
  return open.length > 0 ? Math.min(...open) : Math.max(...agentsOf('closed'))
}
