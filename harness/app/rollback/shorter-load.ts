/** The load of a validation: as long as it may be at most, its shape kept. */
import type { RunPlan } from '../../model/plan.ts'
import type { Overrides } from '../../scenario/overrides.ts'

/** Largest share of the warm-up in a validation that is shorter than its run's. */
const WARM_UP_SHARE_MAX = 0.25

/** Adds to the flags of the run what makes it as long as a validation at most. */
export function shorterOverrides(plan: RunPlan, given: Overrides, validationMs: number): Overrides {
  if (plan.durationMs <= validationMs) return given
  const warmUpMs = plan.phases.reduce(
    (sum, { measured, startMs, endMs }) => sum + (measured ? 0 : endMs - startMs),
    0,
  )
  const shortened = {
    durationMs: validationMs,
    warmUpMs: Math.min(warmUpMs, Math.floor(WARM_UP_SHARE_MAX * validationMs)),
  }
  return { ...given, shortened }
}
