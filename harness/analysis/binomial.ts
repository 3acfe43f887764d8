/**
 * Claims about a share, on a finite sample (STATS section 8). "p99 < 100 ms" says: at most 1 % of requests take longer.
 * With k of n over the limit and a design effect d, n' = n/d and k' = k/d, the exact (Clopper-Pearson) two-sided 95 % interval is
 *
 *   upper = BetaInv(0.975; k' + 1, n' - k')      lower = BetaInv(0.025; k', n' - k' + 1)
 *
 * PROVEN when upper <= allowed, VIOLATED when lower > allowed, UNPROVEN between: by the interval that is printed.
 */
import { betaQuantile, incompleteBeta } from './distributions.ts'

/** The confidence of each bound; that of both together, which is printed, is 95 %. */
export const CONFIDENCE = 0.975

export interface ShareInterval {
  readonly lower: number
  readonly upper: number
}

/** One-sided bounds, each at `confidence`, of a share of which k of n were seen; both may be fractions (effective counts). */
export function shareInterval(k: number, n: number, confidence: number = CONFIDENCE): ShareInterval {
  if (n <= 0) return { lower: 0, upper: 1 }
  return {
    lower: k <= 0 ? 0 : betaQuantile(1 - confidence, k, n - k + 1),
    upper: k >= n ? 1 : betaQuantile(confidence, k + 1, n - k),
  }
}

export type ShareProof = 'proven' | 'violated' | 'unproven'

/** Judges whether the share of exceedances is at most `allowed`. @param confidence of each bound */
export function judgeShare(
  k: number,
  n: number,
  allowed: number,
  designEffect: number,
  confidence: number = CONFIDENCE,
): ShareInterval & { readonly claim: ShareProof } {
  const interval = shareInterval(k / designEffect, n / designEffect, confidence)
  if (interval.upper <= allowed) return { ...interval, claim: 'proven' }
  return { ...interval, claim: interval.lower > allowed ? 'violated' : 'unproven' }
}

/** P(X <= k) for X of n independent trials with probability p. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0
  return k >= n ? 1 : incompleteBeta(1 - p, n - k, k + 1)
}

/** The numbers of exceedances at which the judgement of a claim changes. */
export interface DecidingCounts {
  /** The most that prove it; -1 when not even none does. */
  readonly provenMost: number
  /** The fewest that violate it; n + 1 when not even n do. */
  readonly violatedFrom: number
}

/** The inverse of `judgeShare`: its judgement of every number of exceedances, 0 to n. */
export function decidingCounts(n: number, allowed: number, designEffect: number): DecidingCounts {
  const claimOf = (k: number) => judgeShare(k, n, allowed, designEffect).claim
  return {
    provenMost: firstOf(-1, n, (k) => claimOf(k) !== 'proven') - 1,
    violatedFrom: firstOf(-1, n + 1, (k) => claimOf(k) === 'violated'),
  }
}

/**
 * Ranks (from 1, the smallest) of the values between which a quantile lies with 95 % confidence: "at most 1 - p exceed b" is proven
 * when b is not below the value at `high`, violated when it is below the one at `low`. 0 and n + 1 when there is no such value.
 */
export function quantileRanks(
  n: number,
  p: number,
  designEffect: number,
): { readonly low: number; readonly high: number } {
  const { provenMost, violatedFrom } = decidingCounts(n, 1 - p, designEffect)
  return { low: n + 1 - violatedFrom, high: n - provenMost }
}

/** By bisection: a number in (low, high] that holds, the one before which does not; `high` is taken to hold. */
export function firstOf(low: number, high: number, holds: (value: number) => boolean): number {
  let [without, holding] = [low, high]
  while (holding - without > 1) {
    const middle = Math.floor((without + holding) / 2)
    if (holds(middle)) holding = middle
    else without = middle
  }
  return holding
}
