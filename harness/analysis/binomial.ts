/**
 * Claims about a share, on a finite sample (STATS section 8). "p99 < 100 ms" says: at most 1 % of requests take longer.
 * With k of n over the limit and a design effect d, n' = n/d and k' = k/d, the exact (Clopper-Pearson) one-sided bounds are
 *
 *   upper = BetaInv(0.95; k' + 1, n' - k')      lower = BetaInv(0.05; k', n' - k' + 1)
 *
 * PROVEN when upper <= allowed, VIOLATED when lower > allowed, UNPROVEN between.
 */
import { betaQuantile, incompleteBeta } from './distributions.ts'

export const CONFIDENCE = 0.95

export interface ShareInterval {
  readonly lower: number
  readonly upper: number
}

/** One-sided bounds, each at `confidence`, of a share of which k of n were seen; both may be fractions (effective counts). */
export function shareInterval(k: number, n: number, confidence = CONFIDENCE): ShareInterval {
  if (n <= 0) return { lower: 0, upper: 1 }
  return {
    lower: k <= 0 ? 0 : betaQuantile(1 - confidence, k, n - k + 1),
    upper: k >= n ? 1 : betaQuantile(confidence, k + 1, n - k),
  }
}

export type ShareProof = 'proven' | 'violated' | 'unproven'

/** Judges whether the share of exceedances is at most `allowed`. */
export function judgeShare(
  k: number,
  n: number,
  allowed: number,
  designEffect: number,
): ShareInterval & { readonly claim: ShareProof } {
  const interval = shareInterval(k / designEffect, n / designEffect)
  if (interval.upper <= allowed) return { ...interval, claim: 'proven' }
  return { ...interval, claim: interval.lower > allowed ? 'violated' : 'unproven' }
}

/** P(X <= k) for X of n independent trials with probability p. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0
  return k >= n ? 1 : incompleteBeta(1 - p, n - k, k + 1)
}

/** Ranks (from 1) between which a quantile lies with 95 % confidence; `high` is n + 1 when it may lie beyond all values. */
export function quantileRanks(n: number, p: number): { readonly low: number; readonly high: number } {
  const tail = (1 - CONFIDENCE) / 2
  const first = (holds: (rank: number) => boolean) => {
    let [low, high] = [0, n + 1]
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (holds(middle)) high = middle
      else low = middle
    }
    return high
  }
  return {
    low: Math.max(1, first((rank) => binomialCdf(rank - 1, n, p) > tail) - 1),
    high: first((rank) => binomialCdf(rank - 1, n, p) >= 1 - tail),
  }
}
