/** The length of a probe: as many requests as prove its limits for a service that stays well within them. */
import type { CapacityLimit, SearchProbe } from '../../model/capacity.ts'
import { requestsToProve } from '../sample-size.ts'

const SECONDS_MIN = 20
const SECONDS_MAX = 180
/** The length where nothing tells how many seconds it takes. */
const SECONDS_UNKNOWN = 30
const RESERVE = 1.3
/** The design effect that is expected before anything was measured. */
export const DESIGN_EFFECT = 2
/** A service that is well within a limit uses up this share of it. */
const WITHIN = 1 / 3

/**
 * Seconds that a probe at x needs.
 * @param isRate x is arrivals a second: every one is taken for an observation until a probe has shown how many are
 */
export function secondsFor(
  x: number,
  limits: readonly CapacityLimit[],
  probes: readonly SearchProbe[],
  isRate: boolean,
): number {
  const needed = limits.map((limit, i) => {
    if (limit.allowed === null) return SECONDS_UNKNOWN
    const last = probes.findLast(({ readings }) => readings[i]?.kind === 'share')
    const reading = last?.readings[i]
    const isKnown = last !== undefined && reading?.kind === 'share' && reading.n > 0 && last.seconds > 0
    if (!isKnown && !isRate) return SECONDS_UNKNOWN
    const perX = isKnown ? reading.n / last.seconds / last.x : 1
    const effect = isKnown ? reading.designEffect : DESIGN_EFFECT
    const requests = requestsToProve(limit.allowed, limit.allowed * WITHIN) ?? 0
    return (RESERVE * requests * effect) / (perX * x)
  })
  return Math.round(Math.min(SECONDS_MAX, Math.max(SECONDS_MIN, ...needed)))
}
