import type { Curve } from '../ports/workload.ts'

const MS_PER_S = 1000

/**
 * Finds where a monotone integral reaches an amount: Newton steps while they stay inside the bracket and at least halve,
 * bisection otherwise ("rtsafe", Numerical Recipes 9.4), to 1e-12 of the duration.
 */
export function invertIntegral(
  curve: Pick<Curve, 'durationMs' | 'valueAt' | 'integral'>,
  amount: number,
): number {
  if (amount > curve.integral(0, curve.durationMs)) return Number.POSITIVE_INFINITY
  let low = 0
  let high = curve.durationMs
  let atMs = high / 2
  let stepMs = high
  while (Math.abs(stepMs) > 1e-12 * curve.durationMs) {
    const excess = curve.integral(0, atMs) - amount
    if (excess > 0) high = atMs
    else low = atMs
    const newtonMs = atMs - (excess * MS_PER_S) / curve.valueAt(atMs)
    const converges = newtonMs >= low && newtonMs <= high && Math.abs(newtonMs - atMs) <= Math.abs(stepMs) / 2
    const nextMs = converges ? newtonMs : (low + high) / 2
    stepMs = nextMs - atMs
    atMs = nextMs
  }
  return atMs
}
