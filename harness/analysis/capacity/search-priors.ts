/** The assumptions of a search about services. */

/** A value with its prior probability. */
type Weighted = readonly (readonly [value: number, weight: number])[]

/** The assumptions about services before the first probe. */
export interface SearchPriors {
  /** Steepness of the odds of a miss by ln x. */
  readonly slopes: Weighted
  /** Misses that have nothing to do with the load, as a share of the allowed ones. */
  readonly backgrounds: Weighted
  /** The standard deviation of ln capacity from probe to probe. */
  readonly noises: Weighted
  /** Growth of ln(value) by ln x, for limits of values. */
  readonly growths: Weighted
  /** Quantiles of the capacity at which probes are made, in turns. */
  readonly quantiles: readonly number[]
}

/** Weights of ln b ~ N(ln 20, 0.9^2) on a grid that is even enough in ln b. */
const SLOPES = [6, 10, 16, 26, 42, 70, 120, 250].map(
  (b) => [b, Math.exp(-0.5 * ((Math.log(b) - Math.log(20)) / 0.9) ** 2)] as const,
)

export const DEFAULT_PRIORS: SearchPriors = {
  slopes: SLOPES,
  backgrounds: [
    [0, 0.4],
    [0.15, 0.3],
    [0.4, 0.2],
    [0.7, 0.1],
  ],
  noises: [
    [0.015, 0.15],
    [0.03, 0.45],
    [0.06, 0.4],
  ],
  growths: [0.5, 1, 2, 4, 8].map((c) => [c, 1] as const),
  quantiles: [0.3, 0.6],
}
