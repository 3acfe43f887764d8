/** The objectives that bound a capacity: what more load makes worse, and what somebody would be woken for. */
import type { CapacityLimit } from '../../model/capacity.ts'
import type { ObjectivePlan } from '../../model/plan.ts'
import { metricOf } from '../metrics/catalogue.ts'
import { allowanceOf } from '../share-claim.ts'

/** About the instrument, which makes a probe void instead; and about whole seconds, of which a probe has few. */
const NO_LIMITS: ReadonlySet<string> = new Set(['plan_kept', 'drop_ratio', 'downtime_ratio'])

export function limitObjectives(objectives: readonly ObjectivePlan[]): ObjectivePlan[] {
  return objectives.filter(
    (objective) =>
      objective.role === 'core' &&
      (objective.severity === 'major' || objective.severity === 'critical') &&
      !NO_LIMITS.has(objective.metric) &&
      isUpper(objective),
  )
}

/** Tests whether an objective bounds from above what grows with load. */
function isUpper(objective: ObjectivePlan): boolean {
  const allowance = allowanceOf(objective)
  if (allowance !== null) return allowance.atMost && allowance.allowed > 0 && allowance.allowed < 1
  const { fn, op, bound } = objective
  const isValue =
    fn === 'mean' || fn === 'max' || (fn === 'value' && metricOf(objective).value.kind === 'gauge')
  return isValue && (op === '<' || op === '<=') && bound > 0
}

export function limitOf(objective: ObjectivePlan, isAssumed: boolean): CapacityLimit {
  const { id, expect, fn, metric, labels, bound } = objective
  const isOfAll = fn === 'p99' && metric === 'response_time' && Object.keys(labels).length === 0
  const allowed = allowanceOf(objective)?.allowed ?? null
  return { id, expect, allowed, p99Ms: isOfAll ? bound : null, isAssumed }
}
