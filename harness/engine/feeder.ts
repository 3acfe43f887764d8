/**
 * Data feeders: rows that agents take at the start of an iteration. A shard owns the stripe of rows r with
 * r mod shardCount = shard, so no row is given out twice over the threads; `random` draws from all rows, `per-agent`
 * goes by the agent's global identity.
 */
import { keyOf, Random, uniformAt } from '../base/random.ts'
import type { FeederPlan } from '../model/plan.ts'

export type Row = Readonly<Record<string, string>>

/** The share of the rows, and the seed, of one shard. */
export interface FeederShare {
  readonly seed: number
  readonly shard: number
  readonly shardCount: number
}

/** Returns rows; null when a `unique` feeder has none left. */
export interface Feeder {
  take(identity: number, iteration: number): Row | null
}

/** Creates the share of one feeder. Its rows are not empty (checked when the scenario is resolved). */
export function createFeeder(name: string, plan: FeederPlan, share: FeederShare): Feeder {
  const key = keyOf(`feeder:${name}`)
  const { rows } = plan
  switch (plan.mode) {
    case 'random':
      return {
        take: (identity, iteration) =>
          rows[Math.floor(uniformAt(share.seed ^ key, identity, iteration) * rows.length)] ?? null,
      }
    case 'per-agent':
      return { take: (identity) => rows[identity % rows.length] ?? null }
    case 'unique':
      return sequential(stripe(rows, share), false)
    case 'circular':
      return ring(rows, share)
    case 'shuffle':
      return ring(new Random(share.seed, key).shuffle(rows), share)
  }
}

function stripe(rows: readonly Row[], share: FeederShare): readonly Row[] {
  return rows.filter((_, index) => index % share.shardCount === share.shard)
}

/** Goes round the rows. With fewer rows than threads a stripe would be empty, so the shard then uses all rows. */
function ring(rows: readonly Row[], share: FeederShare): Feeder {
  const own = stripe(rows, share)
  return sequential(own.length > 0 ? own : rows, true)
}

function sequential(rows: readonly Row[], around: boolean): Feeder {
  let next = 0
  return {
    take() {
      if (next === rows.length && around) next = 0
      return rows[next++] ?? null
    },
  }
}
