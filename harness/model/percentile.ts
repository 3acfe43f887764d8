/** Names of percentiles: `p50`, `p99.99`. */

const PERCENTILE = /^p(\d{1,2}(?:\.\d+)?)$/

/** 0.999 of `p99.9`; undefined for what names no percentile above 0 and below 100. */
export function quantileOf(name: string): number | undefined {
  const percent = PERCENTILE.exec(name)?.[1]
  // By its digits: 99.9 / 100 is not 0.999.
  const quantile = percent === undefined ? 0 : Number(`${percent}e-2`)
  return quantile > 0 ? quantile : undefined
}
