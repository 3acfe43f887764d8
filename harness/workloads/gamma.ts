/**
 * Gamma-distributed gaps (Marsaglia & Tsang, "A simple method for generating gamma variables", ACM TOMS 26, 2000). For a shape
 * below 1 the gap of shape + 1 is multiplied by a power of one more uniform number.
 */

/** Returns uniform number `n` of a gap, in [0, 1). */
export type DrawUniform = (n: number) => number

/** Draws a gap with mean 1. @param shape k: 1 = exponential, below 1 = bursty, above 1 = more even than chance */
export function gammaGap(shape: number, draw: DrawUniform): number {
  if (shape >= 1) return gammaFrom(shape, draw, 0) / shape
  // 1 - u is above 0, where a power of it is defined.
  return (gammaFrom(shape + 1, draw, 1) * (1 - draw(0)) ** (1 / shape)) / shape
}

/** @param from number of the first uniform that may be used */
function gammaFrom(shape: number, draw: DrawUniform, from: number): number {
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  // Accepts at least 95 of 100.
  for (let n = from; ; n += 3) {
    const normal = Math.sqrt(-2 * Math.log1p(-draw(n))) * Math.cos(2 * Math.PI * draw(n + 1))
    const v = (1 + c * normal) ** 3
    if (v > 0 && Math.log1p(-draw(n + 2)) < normal ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v
  }
}
