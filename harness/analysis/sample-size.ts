/** The sample sizes needed for a statement (STATS sections 4.5 and 8). */
import { binomialCdf, CONFIDENCE, firstOf, shareInterval } from './binomial.ts'
import { tQuantile } from './distributions.ts'

const POWER = 0.9
/** More than this is more than any run sends. */
const REQUESTS_MAX = 1e9

/**
 * Independent requests until "at most `allowed` of them exceed the bound" is proven with 90 % probability, when `actual` of
 * them do; null when no number would do. The probability is a sawtooth in the number of requests; the answer is a tooth
 * found by doubling and bisection, a few per cent above the very first at most. @param confidence of the bound that proves it
 */
export function requestsToProve(
  allowed: number,
  actual: number,
  confidence: number = CONFIDENCE,
): number | null {
  if (actual >= allowed) return null
  const suffices = (n: number) => binomialCdf(mostProving(n, allowed, confidence), n, actual) >= POWER
  let high = 1
  while (!suffices(high)) {
    high *= 2
    if (high > REQUESTS_MAX) return null
  }
  return firstOf(Math.floor(high / 2), high, suffices)
}

/** Requests without a single exceedance that prove "at most `allowed` of them exceed the bound": ln(0.025) / ln(1 - allowed). */
export function leastToProve(allowed: number): number {
  return Math.ceil(Math.log(1 - CONFIDENCE) / Math.log1p(-allowed))
}

/** Most exceedances of n that still prove it; -1 when not even none does. */
function mostProving(n: number, allowed: number, confidence: number): number {
  const refutes = (k: number) => shareInterval(k, n, confidence).upper > allowed
  return firstOf(-1, Math.ceil(n * allowed) + 1, refutes) - 1
}

/** Interleaved pairs that confirm a change with 90 % probability. @param sd of ln between runs of one session */
export function pairsToConfirm(change: number, sd: number, alpha: number, d0: number): number {
  const theta = Math.log(1 + change)
  let pairs = 2
  while (detectableDifference(sd * Math.sqrt(2 / pairs), d0 + pairs - 1, alpha) > theta) pairs++
  return pairs
}

/** Difference that is found with 90 % probability at a one-sided error. @param se of the difference */
export function detectableDifference(se: number, df: number, alpha: number): number {
  return (tQuantile(1 - alpha, df) + tQuantile(POWER, df)) * se
}
