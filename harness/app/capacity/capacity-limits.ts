/** The limits of a search. A scenario without a bound on times gets one when its first probe has shown what is usual. */

import { ASSUMED_OBJECTIVE } from '../../analysis/built-in-objectives.ts'
import { limitObjectives } from '../../analysis/capacity/limits.ts'
import type { CapacityLimit, CapacityProbe } from '../../model/capacity.ts'
import type { ObjectivePlan } from '../../model/plan.ts'

const ASSUMED_FACTOR = 10

/** Stands last among the limits. */
export const ASSUMED_P99: CapacityLimit = {
  id: ASSUMED_OBJECTIVE.id,
  expect: `p99(response_time) < ${ASSUMED_FACTOR} x p99 of the first probe`,
  allowed: 0.01,
  p99Ms: null,
  isAssumed: true,
}

/** Tests whether the author has stated no limit. */
export function isP99Assumed(limits: readonly ObjectivePlan[]): boolean {
  return limits.every(({ builtIn }) => builtIn)
}

export class CapacityLimits {
  readonly #stated: readonly ObjectivePlan[]
  readonly #isAssumed: boolean
  #assumedP99Ms: number | null

  constructor(objectives: readonly ObjectivePlan[], assumedP99Ms: number | null) {
    this.#stated = limitObjectives(objectives)
    this.#isAssumed = isP99Assumed(this.#stated)
    this.#assumedP99Ms = assumedP99Ms
  }

  /** Null: not assumed, or not known yet. */
  get assumedP99Ms(): number | null {
    return this.#assumedP99Ms
  }

  /** Those that a probe can be held against. */
  get objectives(): readonly ObjectivePlan[] {
    const bound = this.#assumedP99Ms
    return bound === null ? this.#stated : [...this.#stated, { ...ASSUMED_OBJECTIVE, bound }]
  }

  /** Gives a probe that was made before the assumed bound was known its reading: it is what the bound is made of. */
  complete(probe: CapacityProbe): CapacityProbe {
    const isCounted = probe.ended === 'whole' || probe.ended === 'early'
    if (!this.#isAssumed || this.#assumedP99Ms !== null || !isCounted) return probe
    if (probe.p99Ms === null) return { ...probe, readings: [...probe.readings, null] }
    this.#assumedP99Ms = ASSUMED_FACTOR * probe.p99Ms
    const n = Math.round(probe.startedPerSec * probe.seconds * (probe.requestsPerStart ?? 1))
    return { ...probe, readings: [...probe.readings, { kind: 'share', k: 0, n, designEffect: 1 }] }
  }
}
