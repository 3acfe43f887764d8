import { combineDigests, digestShare } from '../../workloads/digest.ts'
import type { PreparedPlan } from './prepare.ts'

/** Describes for `--dry-run` the plan, its hash, its demand, and that the shards' shares add up to it. */
export function describePlan({ plan, planHash, scenarioHash }: PreparedPlan, threads: number) {
  const shares = Array.from({ length: threads }, (_, shard) => digestShare(plan, shard, threads))
  const whole = combineDigests([digestShare(plan, 0, 1)])
  const sum = combineDigests(shares)
  return {
    planHash,
    scenarioHash,
    seed: plan.seed,
    expectedIterations: plan.workload.expectedIterations,
    /** Arrivals (open model) or agent-seconds (closed model). */
    shares: {
      threads,
      startsPerShard: shares.map((share) => share.starts),
      sumOfShares: sum,
      wholePlan: whole,
      sumIsThePlan: sum.digest === whole.digest && sum.starts === whole.starts,
    },
    plan,
  }
}
