/** The beginning of a closed workload: how fast its agents join, and until when. */
import type { JoinPlan } from '../model/plan.ts'
import type { Curve, ResolvedPattern } from '../ports/workload.ts'
import { compileCurve } from '../workloads/curve.ts'
import { agentsAt } from '../workloads/population.ts'
import { JOIN } from './defaults.ts'

/** Grain of the end of the joining, ms. */
const STEP_MS = 10
/** So many agents a second at the rate of the default are no crowd. */
const CROWD = JOIN.perSec

/**
 * Returns how the agents join; null where they need no rate: an open workload, agents whose pauses spread them more than the rate
 * would, and without a stated rate no more than a second's worth of them, or a load that ends by the number of its iterations, all of
 * which are judged.
 */
export function resolveJoin(pattern: ResolvedPattern): JoinPlan | null {
  const { model, joinPerSec, iterations } = pattern
  if (model === 'open' || (joinPerSec === null && iterations !== undefined)) return null
  const curve = compileCurve(pattern.curve)
  const first = agentsAt(curve, 0)
  if (first === 0 || (joinPerSec === null && first <= CROWD)) return null
  const join = joinPerSec === null ? joinByDefault(curve, first) : joinAt(curve, joinPerSec)
  return (first * 1000) / join.perSec <= cycleMs(pattern) ? null : join
}

/** Doubles the rate until the joining leaves enough of the run. */
function joinByDefault(curve: Curve, first: number): JoinPlan {
  const mostMs = curve.durationMs * JOIN.shareMax
  let join = joinAt(curve, Math.max(JOIN.perSec, (first * 1000) / mostMs))
  while (join.durationMs > mostMs) join = joinAt(curve, join.perSec * 2)
  return join
}

/** The joining ends when as many agents could have joined as the curve wants. */
function joinAt(curve: Curve, perSec: number): JoinPlan {
  let atMs = STEP_MS
  while (atMs < curve.durationMs && (perSec * atMs) / 1000 < agentsAt(curve, atMs)) atMs += STEP_MS
  return { perSec, durationMs: atMs }
}

/** The time over which agents that come together are spread by themselves. */
function cycleMs({ pacingMs, think }: ResolvedPattern): number {
  return Math.max(pacingMs, (think.minMs + think.maxMs) / 2)
}
