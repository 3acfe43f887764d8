/**
 * A fingerprint of one shard's share of a plan that adds up: the sum over the shards, modulo 2^64, is the fingerprint
 * of the whole plan, however many shards there are. `--dry-run` prints it, so anybody can see that the shares are the plan.
 */
import { uniformAt } from '../base/random.ts'
import type { RunPlan, WorkloadPlan } from '../model/plan.ts'
import { type ArrivalShare, createArrivals, seedOf } from './arrivals.ts'
import { compileCurve } from './curve.ts'
import { presentAt } from './population.ts'

const MODULUS = 1n << 64n
const POPULATION_STEP_MS = 1000

/** The content of a share: `starts` arrivals (open) or agent-seconds (closed), and their fingerprint. */
export interface ShareDigest {
  readonly starts: number
  readonly digest: bigint
}

/** The most starts whose digest is computed: seconds of computing, during which no signal is heard. */
export const DIGEST_STARTS_MAX = 5_000_000

/** Number of arrivals (open) or agent-seconds (closed) of a plan, without going through them. */
export function plannedStarts({ workloads }: Pick<RunPlan, 'workloads'>): number {
  return workloads.reduce((sum, workload) => sum + startsOf(workload), 0)
}

function startsOf({ model, curve, expectedIterations }: WorkloadPlan): number {
  if (model === 'open' && expectedIterations !== null) return expectedIterations
  return Math.ceil(compileCurve(curve).integral(0, Number.POSITIVE_INFINITY))
}

/** Digest of the stripe `shard` of `shardCount`. */
export function digestShare(
  { workloads, seed }: Pick<RunPlan, 'workloads' | 'seed'>,
  shard: number,
  shardCount: number,
): ShareDigest {
  const digests = workloads.map((workload) => {
    const digest = workload.model === 'open' ? digestArrivals : digestPopulation
    return digest(workload, seed, { shard, shardCount })
  })
  return {
    starts: digests.reduce((sum, { starts }) => sum + starts, 0),
    digest: digests.reduce((sum, { digest }) => sum + digest, 0n) % MODULUS,
  }
}

type Stripe = Pick<ArrivalShare, 'shard' | 'shardCount'>

/** The whole out of its shares, as 16 hex digits and a total. */
export function combineDigests(shares: readonly ShareDigest[]): {
  readonly starts: number
  readonly digest: string
} {
  const sum = shares.reduce((total, share) => (total + share.digest) % MODULUS, 0n)
  return {
    starts: shares.reduce((total, share) => total + share.starts, 0),
    digest: sum.toString(16).padStart(16, '0'),
  }
}

function digestArrivals(workload: WorkloadPlan, seed: number, stripe: Stripe): ShareDigest {
  const arrivals = createArrivals({ workload, seed, ...stripe })
  const own = seedOf(workload, seed)
  let starts = 0
  let digest = 0n
  for (let atMs = arrivals.next(); atMs !== Number.POSITIVE_INFINITY; atMs = arrivals.next()) {
    starts++
    digest += mix(arrivals.index, Math.round((workload.startMs + atMs) * 1000), own)
  }
  return { starts, digest: digest % MODULUS }
}

function digestPopulation(workload: WorkloadPlan, seed: number, { shard, shardCount }: Stripe): ShareDigest {
  const curve = compileCurve(workload.curve)
  const own = seedOf(workload, seed)
  let starts = 0
  let digest = 0n
  for (let atMs = 0; atMs < curve.durationMs; atMs += POPULATION_STEP_MS) {
    const agents = presentAt(curve, workload.join, atMs)
    for (let agent = shard; agent < agents; agent += shardCount) {
      starts++
      digest += mix(agent, workload.startMs + atMs, own)
    }
  }
  return { starts, digest: digest % MODULUS }
}

function mix(a: number, b: number, seed: number): bigint {
  return (
    (BigInt(Math.floor(uniformAt(seed ^ Math.floor(b / 4294967296), a, b) * 2 ** 53)) * 0x9e3779b97f4a7c15n) %
    MODULUS
  )
}
