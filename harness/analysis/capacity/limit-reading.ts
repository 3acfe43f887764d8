/** The judgement of one probe against one limit. */
import type { CapacityLimit, LimitReading, SearchProbe } from '../../model/capacity.ts'
import { binomialCdf, judgeShare } from '../binomial.ts'

/** A miss has to be this improbable at the limit. */
const MISS_PROBABILITY = 0.01
/** The same for a value: standard deviations above its bound. */
const MISS_DEVIATIONS = 2.33
const PROOF_DEVIATIONS = 1.96
/** From this multiple of the allowed share on, a service may have been left with what it could not do. */
const OVERLOAD_FACTOR = 3

/** doubtful: beyond the limit, and not surely. */
export type Standing = 'met' | 'doubtful' | 'missed'

export function standingOf(reading: LimitReading, { allowed }: CapacityLimit): Standing {
  if (reading.kind === 'value') {
    if (reading.y <= 0) return 'met'
    return reading.y > MISS_DEVIATIONS * reading.sd ? 'missed' : 'doubtful'
  }
  const { k, n } = effective(reading)
  const p0 = allowed as number
  if (k <= n * p0) return 'met'
  return 1 - binomialCdf(k - 1, n, p0) < MISS_PROBABILITY ? 'missed' : 'doubtful'
}

/** The worst standing of all limits in the probes of one x together; null when one of them was not measured. */
export function standingOfAll(
  probes: readonly Pick<SearchProbe, 'readings'>[],
  limits: readonly CapacityLimit[],
): Standing | null {
  const standings = limits.map((limit, i) => {
    const [first, ...others] = probes.flatMap(({ readings }) => readings[i] ?? [])
    return first === undefined ? null : standingOf(others.reduce(pooled, first), limit)
  })
  if (standings.includes('missed')) return 'missed'
  if (standings.includes(null)) return null
  return standings.includes('doubtful') ? 'doubtful' : 'met'
}

/** Tests whether the limit is surely kept. */
export function isProvenWithin(reading: LimitReading, { allowed }: CapacityLimit): boolean {
  if (reading.kind === 'value') return reading.y + PROOF_DEVIATIONS * reading.sd <= 0
  return judgeShare(reading.k, reading.n, allowed as number, reading.designEffect).claim === 'proven'
}

/** Tests whether the service may need time to be itself again. */
export function isOverload(reading: LimitReading, limit: CapacityLimit): boolean {
  if (reading.kind === 'value') return standingOf(reading, limit) === 'missed'
  return reading.n > 0 && reading.k / reading.n > OVERLOAD_FACTOR * (limit.allowed as number)
}

/** Counts as of independent observations; fractions. */
export function effective({ k, n, designEffect }: Extract<LimitReading, { kind: 'share' }>): {
  readonly k: number
  readonly n: number
} {
  return { k: k / designEffect, n: n / designEffect }
}

/** The reading of two probes of one x together. */
function pooled(a: LimitReading, b: LimitReading): LimitReading {
  if (a.kind === 'share' && b.kind === 'share') {
    const n = a.n + b.n
    const effectiveN = a.n / a.designEffect + b.n / b.designEffect
    return { kind: 'share', k: a.k + b.k, n, designEffect: effectiveN === 0 ? 1 : n / effectiveN }
  }
  if (a.kind === 'value' && b.kind === 'value')
    return { kind: 'value', y: (a.y + b.y) / 2, sd: Math.sqrt(a.sd ** 2 + b.sd ** 2) / 2 }
  throw new Error('readings of different kinds of limits cannot be pooled')
}
