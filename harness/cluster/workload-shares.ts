/** A shard's share of each workload of a plan. */
import type { Demand, WorkloadShare } from '../engine/dispatch.ts'
import { allocateShardCounters } from '../engine/shard-memory.ts'
import type { SnapshotSource } from '../engine/snapshot-reader.ts'
import type { RunPlan, ShardPlan, WorkloadPlan } from '../model/plan.ts'
import { createArrivals } from '../workloads/arrivals.ts'
import { populationOf } from '../workloads/population.ts'

/** Allocates the counters of the workloads that have names. */
export function allocateWorkloads({ workloads }: RunPlan): SnapshotSource['workloads'] {
  return workloads.flatMap(({ name }) =>
    name === undefined ? [] : [{ name, counters: allocateShardCounters(0, 0) }],
  )
}

/** @param counters of the shard @param own those of the workloads that have names */
export function workloadShares(
  share: ShardPlan,
  counters: Float64Array,
  own: SnapshotSource['workloads'],
): WorkloadShare[] {
  let firstSlot = 0
  let firstIdentity = 0
  return share.plan.workloads.map((workload, i) => {
    const ownCounters = own[i]?.counters
    const made = {
      workload,
      demand: demandOf(workload, share),
      firstSlot,
      slots: shareOf(workload.agents, share),
      firstIdentity,
      counters: ownCounters === undefined ? counters : new Float64Array(ownCounters),
    }
    firstSlot += made.slots
    firstIdentity += identitiesOf(workload)
    return made
  })
}

/** Returns the number of slots of a shard: of `amount` things numbered from 0, those g with g mod shardCount = shard. */
export function shareOf(
  amount: number,
  { shard, shardCount }: Pick<ShardPlan, 'shard' | 'shardCount'>,
): number {
  return Math.max(0, Math.ceil((amount - shard) / shardCount))
}

/** Returns the number of slots of a shard, of all workloads. */
export function slotsOf(share: ShardPlan): number {
  return share.plan.workloads.reduce((sum, { agents }) => sum + shareOf(agents, share), 0)
}

function demandOf(workload: WorkloadPlan, { plan, shard, shardCount }: ShardPlan): Demand {
  if (workload.model === 'open')
    return { model: 'open', arrivals: createArrivals({ workload, seed: plan.seed, shard, shardCount }) }
  return populationOf(workload, shard, shardCount)
}

/** Returns the identities to keep for a workload. Arrivals too many to be counted are known by their mean: a hundredth more is beyond all chance. */
function identitiesOf({ model, agents, expectedIterations }: WorkloadPlan): number {
  return model === 'closed' ? agents : Math.ceil((expectedIterations ?? 0) * 1.01) + 1
}
