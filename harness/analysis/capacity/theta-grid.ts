/** The places of a capacity: ln of x, evenly spaced. */

/** The grid of theta: `count` points from `first` on. */
export interface ThetaGrid {
  readonly first: number
  readonly step: number
  readonly count: number
}
