/** The number of threads of a load. */
import { formatAmount } from '../../base/units.ts'
import type { RunPlan, TargetPlan } from '../../model/plan.ts'

type Shared = { readonly targets: Readonly<Record<string, Pick<TargetPlan, 'connections'>>> } & {
  readonly workload: Pick<RunPlan['workload'], 'agents'>
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
  const what = most === plan.workload.agents ? formatAmount(most, 'agent') : formatAmount(most, 'connection')
  return [`--threads ${asked}: ${formatAmount(most, 'thread')} for ${what}`]
}

/** Returns the most threads that a plan can use. */
export function mostThreadsOf({ targets, workload: { agents } }: Shared): number {
  const pools = Object.values(targets).flatMap(({ connections }) => connections ?? [])
  return Math.min(agents, ...pools)
}
