/**
 * The closed model: how many agents the curve asks for, when they join, and which of them belong to a shard. Agent g is of the
 * shard g mod shardCount and joins g / rate after the beginning, however many shards there are.
 */
import type { JoinPlan, WorkloadPlan } from '../model/plan.ts'
import type { Curve, IterationShare, Population } from '../ports/workload.ts'
import { compileCurve } from './curve.ts'

/** Returns the share of a shard. */
export function populationOf(
  { curve: plan, join, iterations }: Pick<WorkloadPlan, 'curve' | 'join' | 'iterations'>,
  shard: number,
  shardCount: number,
): Population {
  const curve = compileCurve(plan)
  const identityOf = (agent: number) => shard + agent * shardCount
  return {
    model: 'closed',
    agentsAt: (atMs) => localAgentsAt(curve, atMs, shard, shardCount),
    identityOf,
    iterations:
      iterations === undefined
        ? null
        : iterationShare(iterations, Math.floor(curve.peak + 0.5), { shard, shardCount }),
    joining: join && {
      untilMs: join.durationMs,
      joinedBy: (atMs) => shareOf(joinedBy(join, atMs), shard, shardCount),
      joinsAtMs: (agent) => (identityOf(agent) * 1000) / join.perSec,
    },
  }
}

/**
 * Returns the iterations of a shard. Those of the whole run are dealt to the agents in turn, and a shard has those of its agents: the
 * sum over the shards is exact, and a thread with twice the agents has twice the work.
 */
function iterationShare(
  { count, of }: NonNullable<WorkloadPlan['iterations']>,
  agents: number,
  { shard, shardCount }: { readonly shard: number; readonly shardCount: number },
): IterationShare {
  if (of === 'agent') return { count, of }
  const rounds = Math.floor(count / agents)
  const ofAgents = shareOf(agents, shard, shardCount)
  return { count: rounds * ofAgents + shareOf(count % agents, shard, shardCount), of: 'shard' }
}

/** Returns the agents of the whole plan that are there: those the curve wants, as far as they have joined. */
export function presentAt(curve: Curve, join: JoinPlan | null, atMs: number): number {
  const wanted = agentsAt(curve, atMs)
  return join === null || atMs >= join.durationMs ? wanted : Math.min(wanted, joinedBy(join, atMs))
}

/** Returns the agents of the whole plan that have joined by an instant. */
function joinedBy({ perSec }: JoinPlan, atMs: number): number {
  return Math.floor((perSec * atMs) / 1000) + 1
}

function shareOf(agents: number, shard: number, shardCount: number): number {
  return Math.max(0, Math.ceil((agents - shard) / shardCount))
}

/** Agents of the whole plan at an instant: the curve's value, rounded half up. */
export function agentsAt(curve: Curve, atMs: number): number {
  return Math.floor(curve.valueAt(atMs) + 0.5)
}

/** Agents of one shard at an instant: of the agents 0 to n - 1, those g with g mod shardCount = shard. */
export function localAgentsAt(curve: Curve, atMs: number, shard: number, shardCount: number): number {
  return shareOf(agentsAt(curve, atMs), shard, shardCount)
}
