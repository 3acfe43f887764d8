/**
 * The worth of the observations of a search. Near its capacity a service misses in bursts, of which one probe sees none and the next a
 * long one: a probe without a miss cannot tell that its requests are not independent, and would be taken for far more than it is.
 * So every probe of a limit is worth as little as the probes near the limit have shown together.
 */
import type { CapacityLimit, LimitReading, SearchProbe } from '../../model/capacity.ts'
import { isProvenWithin } from './limit-reading.ts'

/** Shares of misses near the limit, as multiples of the allowed share. Far beyond it a backlog grows, which is no burst. */
const NEAR_FROM = 1 / 8
const NEAR_TO = 15

/** Design effect of the probes near each limit together, weighted by their misses; 1 where none is near. */
export function pooledEffects(
  probes: readonly Pick<SearchProbe, 'readings'>[],
  limits: readonly CapacityLimit[],
): number[] {
  return limits.map(({ allowed }, i) => {
    const near = probes.flatMap(({ readings }) => {
      const reading = readings[i] ?? null
      return allowed !== null && reading?.kind === 'share' && isNear(reading, allowed) ? [reading] : []
    })
    const misses = near.reduce((total, { k }) => total + k, 0)
    return misses === 0
      ? 1
      : near.reduce((total, { k, designEffect }) => total + k * designEffect, 0) / misses
  })
}

function isNear({ k, n }: Extract<LimitReading, { kind: 'share' }>, allowed: number): boolean {
  return k >= NEAR_FROM * allowed * n && k <= NEAR_TO * allowed * n && k > 0
}

/** Readings whose observations are worth no more than the design effects say. */
export function discounted<Probe extends Pick<SearchProbe, 'readings'>>(
  probe: Probe,
  effects: readonly number[],
): Probe {
  const readings = probe.readings.map((reading, i) =>
    reading?.kind === 'share'
      ? {
          ...reading,
          designEffect: Math.max(reading.designEffect, Math.min(effects[i] ?? 1, Math.max(1, reading.n))),
        }
      : reading,
  )
  return { ...probe, readings }
}

/** Tests whether a probe proves every limit. Bursts grow with the load: those of higher ones say nothing of this one. */
export function isProof(
  probe: Pick<SearchProbe, 'x' | 'readings'>,
  probes: readonly Pick<SearchProbe, 'x' | 'readings'>[],
  limits: readonly CapacityLimit[],
): boolean {
  const calmer = probes.filter(({ x }) => x <= probe.x)
  return discounted(probe, pooledEffects(calmer, limits)).readings.every(
    (reading, i) => reading !== null && isProvenWithin(reading, limits[i] as CapacityLimit),
  )
}
