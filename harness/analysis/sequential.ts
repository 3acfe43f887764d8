/**
 * Stopping early without fooling oneself: a mixture martingale for "more than p0 of the requests exceed the bound", valid
 * at every moment, however often one looks (STATS section 9). With counts divided by the design effect:
 *
 *   ln M = lnB(a + k, b + n - k) - lnB(a, b) - k ln p0 - (n - k) ln(1 - p0)     a = 1/2, b = a (1 - p0) / p0
 *
 * It only ever stops for failure; a GO takes the planned time.
 */
import { lnGamma } from './distributions.ts'

const A = 0.5
/** ln(1 / 0.05): a compliant service is stopped in at most one run of twenty, whatever its length. */
export const STOP_AT = Math.log(20)

/** Evidence against "at most p0"; both counts may be fractions. */
export function lnMixture(k: number, n: number, p0: number): number {
  const b = (A * (1 - p0)) / p0
  return lnBeta(A + k, b + n - k) - lnBeta(A, b) - k * Math.log(p0) - (n - k) * Math.log1p(-p0)
}

/** Returns true once it is certain that more than p0 exceed. @param stopAt sufficient evidence, as a logarithm of odds */
export function isViolated(k: number, n: number, p0: number, stopAt = STOP_AT): boolean {
  return n > 0 && k / n > p0 && lnMixture(k, n, p0) >= stopAt
}

function lnBeta(a: number, b: number): number {
  return lnGamma(a) + lnGamma(b) - lnGamma(a + b)
}
