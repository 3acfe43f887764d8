/** The message ledgers of a run: one for each target that consumes what it publishes. */
import type { Clock } from '../base/clock.ts'
import { LedgerChannel } from '../engine/delivery-channel.ts'
import { allocateLedger, type LedgerMemory } from '../engine/ledger-memory.ts'
import type { RunPlan, ShardPlan } from '../model/plan.ts'
import type { DeliveryChannel, TargetEvents } from '../ports/target.ts'

/** Shared memory by the name of the target. */
export type Ledgers = ReadonlyMap<string, LedgerMemory>

export function allocateLedgers({ targets }: Pick<RunPlan, 'targets'>, shardCount: number): Ledgers {
  return new Map(
    Object.entries(targets).flatMap(([name, { channel }]) =>
      channel === undefined ? [] : [[name, allocateLedger(channel, shardCount)] as const],
    ),
  )
}

/** Returns the channel of each target, as a shard writes it. */
export function channelsOf(
  ledgers: Ledgers,
  { runId, shard }: Pick<ShardPlan, 'runId' | 'shard'>,
  { clock, events }: { readonly clock: Clock; readonly events: TargetEvents },
): ReadonlyMap<string, DeliveryChannel> {
  return new Map(
    [...ledgers].map(([name, memory]) => [name, new LedgerChannel({ memory, runId, shard, clock, events })]),
  )
}
