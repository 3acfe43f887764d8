/** Probes that are too short for the bursts of a service: their many requests are worth few independent ones. */
import { formatCount } from '../../base/units.ts'
import type { CapacityAnswer, CapacityRecord } from '../../model/capacity.ts'
import { requestsToProve } from '../sample-size.ts'
import { pooledEffects } from './bursts.ts'

/** The one that confirms is so much longer. */
const CONFIRM_FACTOR = 3
const WITHIN = 1 / 3

/** Cautions by limit, whose longest probe cannot have told much. */
export function shortProbeCautions({
  probes,
  limits,
}: Pick<CapacityRecord, 'probes' | 'limits'>): CapacityAnswer['cautions'] {
  const counted = probes.filter(({ ended, purpose }) => ended === 'whole' && purpose === 'search')
  const effects = pooledEffects(counted, limits)
  return limits.flatMap(({ expect, allowed }, i) => {
    const sizes = counted.flatMap(({ readings }) => (readings[i]?.kind === 'share' ? [readings[i].n] : []))
    if (allowed === null || sizes.length === 0) return []
    const [largest, effect] = [Math.max(...sizes), effects[i] ?? 1]
    const needed = requestsToProve(allowed, allowed * WITHIN) ?? 0
    if (largest / effect >= needed / CONFIRM_FACTOR || largest < needed / CONFIRM_FACTOR) return []
    return [
      {
        code: 'PROBES_SHORT',
        message: `misses of ${expect} come in bursts: the ${formatCount(Math.round(largest))} requests of a probe are worth ${formatCount(Math.max(1, Math.round(largest / effect)))} independent ones, and ${formatCount(Math.ceil(needed / CONFIRM_FACTOR))} are needed; make probes longer (--probe), or the interval stays wide`,
      },
    ]
  })
}
