import type { RunPlan } from '../../model/plan.ts'
import { expectedIterationsOf } from '../../model/plan-load.ts'
import { joiningText } from '../../text/joining-text.ts'
import { combineDigests, DIGEST_STARTS_MAX, digestShare, plannedStarts } from '../../workloads/digest.ts'
import type { PreparedPlan } from './prepare.ts'

/** Describes for `--dry-run` the plan, its hash, its demand, and that the shards' shares add up to it. */
export function describePlan({ plan, planHash, scenarioHash }: PreparedPlan, threads: number) {
  return {
    planHash,
    scenarioHash,
    seed: plan.seed,
    expectedIterations: expectedIterationsOf(plan),
    ...workloadsOf(plan),
    joining: joiningText(plan),
    shares: sharesOf(plan, threads),
    plan,
  }
}

/** The begin and end of each workload, and its demand; absent where there is one without a name. */
function workloadsOf({ workloads }: RunPlan) {
  const named = workloads.flatMap(({ name, model, agents, startMs, durationMs, expectedIterations }) =>
    name === undefined
      ? []
      : [[name, { model, agents, startMs, endMs: startMs + durationMs, expectedIterations }] as const],
  )
  return named.length === 0 ? {} : { workloads: Object.fromEntries(named) }
}

/** Arrivals (open model) or agent-seconds (closed model) by shard; null where they are too many to go through. */
function sharesOf(plan: RunPlan, threads: number) {
  if (plannedStarts(plan) > DIGEST_STARTS_MAX) return null
  const shares = Array.from({ length: threads }, (_, shard) => digestShare(plan, shard, threads))
  const whole = combineDigests([digestShare(plan, 0, 1)])
  const sum = combineDigests(shares)
  return {
    threads,
    startsPerShard: shares.map((share) => share.starts),
    sumOfShares: sum,
    wholePlan: whole,
    sumIsThePlan: sum.digest === whole.digest && sum.starts === whole.starts,
  }
}
