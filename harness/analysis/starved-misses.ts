/**
 * Misses that a generator which waited for a CPU may have made. What it adds to times is in its start delay, where a rule of
 * validity finds it once it is much of what users waited. Below that a bound that is kept is kept all the same, because waiting makes
 * nothing faster; a bound that is missed by little is not missed for certain.
 */
import { formatDurationMs, formatRatio } from '../base/units.ts'
import type { ObjectiveResult } from '../model/objective-result.ts'
import { isGate, type ObjectivePlan } from '../model/plan.ts'
import type { VerdictReason } from '../model/verdict.ts'
import { evaluateObjective } from './evaluate.ts'
import { instrumentSigns, startDelayOf, VALIDITY_LIMITS } from './instrument-signs.ts'
import type { IntervalView } from './interval-view.ts'
import { metricOf } from './metrics/catalogue.ts'
import type { RecordView } from './record-view.ts'
import { reason } from './validity/rule.ts'

/** Times that are missed by more than this are slow whoever else was on the machine. */
const SLOWED_BY_MAX = 2

/** Gives the reason not to believe the misses; null where none is in doubt. @param results of the objectives, in their order */
export function starvedMisses(
  view: RecordView,
  objectives: readonly ObjectivePlan[],
  results: readonly ObjectiveResult[],
  intervals: readonly IntervalView[],
): VerdictReason | null {
  const { runQueueWaitMedian } = instrumentSigns(view)
  const { p99Ms } = startDelayOf(view)
  const { typicalWaitRatio, startDelayMs } = VALIDITY_LIMITS
  if (runQueueWaitMedian <= typicalWaitRatio || p99Ms <= startDelayMs) return null
  const isMissedAnyway = (objective: ObjectivePlan) =>
    evaluateObjective(view, eased(objective, p99Ms), intervals).outcome === 'missed'
  const doubtful = objectives.filter(
    (objective, i) => results[i]?.outcome === 'missed' && isTime(objective) && !isMissedAnyway(objective),
  )
  if (doubtful.length === 0) return null
  return reason(
    'GENERATOR_STARVED',
    `the load generator waited for a CPU ${formatRatio(runQueueWaitMedian)} of the time in a typical second, and requests started up to ${formatDurationMs(p99Ms)} late (p99): times that are missed by this little may be its own, or those of a machine that others use; stop other work on this machine, or use fewer --threads than cores`,
    { runQueueWaitMedian, startDelayP99Ms: p99Ms },
  )
}

function isTime(objective: ObjectivePlan): boolean {
  const { trust, unit, value } = metricOf(objective)
  return isGate(objective) && trust === 'clocked' && unit === 'ms' && value.kind === 'distribution'
}

/** The same objective with a bound that also a slowed time keeps. */
function eased(objective: ObjectivePlan, lateMs: number): ObjectivePlan {
  const easedMs = (ms: number) => ms * SLOWED_BY_MAX + lateMs
  const { within, bound } = objective
  return within === null ? { ...objective, bound: easedMs(bound) } : { ...objective, within: easedMs(within) }
}
