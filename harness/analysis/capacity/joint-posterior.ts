/**
 * The capacity that all limits leave together: the smallest of theirs. Limits are taken to be independent, which is slightly
 * conservative, because the same probes speak of all of them.
 */
import type { CapacityEstimate, CapacityLimit, SearchProbe } from '../../model/capacity.ts'
import { LimitPosterior } from './limit-posterior.ts'
import { standingOf } from './limit-reading.ts'
import type { SearchPriors } from './search-priors.ts'
import type { ThetaGrid } from './theta-grid.ts'

const POINTS = 240
/** The grid goes beyond the two ends of the range that was found, by these factors. */
const BELOW = 1.6
const ABOVE = 1.35
/** A limit that nothing has missed may lie this factor beyond the others' grid. */
const UNSEEN = 3

export class JointPosterior {
  readonly #limits: readonly LimitPosterior[]

  /** @param range the largest x that was met, and the smallest that was missed */
  constructor(
    limits: readonly CapacityLimit[],
    range: { readonly good: number; readonly bad: number },
    probes: readonly SearchProbe[],
    priors: SearchPriors,
  ) {
    const first = Math.log(range.good / BELOW)
    const step = (Math.log(range.bad * ABOVE) - first) / (POINTS - 1)
    const longer = POINTS + Math.ceil(Math.log(UNSEEN) / step)
    this.#limits = limits.map((limit, i) => {
      const isMissed = probes.some(({ readings }) => {
        const reading = readings[i] ?? null
        return reading !== null && standingOf(reading, limit) !== 'met'
      })
      const grid: ThetaGrid = { first, step, count: isMissed ? POINTS : longer }
      return new LimitPosterior(grid, limit.allowed, priors)
    })
    for (const probe of probes) this.take(probe)
  }

  take({ x, readings }: Pick<SearchProbe, 'x' | 'readings'>): void {
    readings.forEach((reading, i) => {
      if (reading !== null) this.#limits[i]?.take(x, reading)
    })
  }

  /** x below which the capacity lies with the given probabilities. */
  quantiles(probabilities: readonly number[]): number[] {
    const all = this.#limits.map((limit) => cumulative(limit.density))
    const longest = Math.max(...all.map(({ length }) => length))
    const joint = Array.from(
      { length: longest },
      (_, i) => 1 - all.reduce((above, below) => above * (1 - (below[i] ?? 1)), 1),
    )
    return probabilities.map((p) => this.#at(joint, p))
  }

  /** The estimate of one limit alone. */
  ofLimit(index: number): CapacityEstimate {
    const posterior = this.#limits[index] as LimitPosterior
    const below = cumulative(posterior.density)
    const { first, step } = posterior.grid
    const top = Math.exp(first + (POINTS - 1) * step)
    const [low, median, high] = [0.05, 0.5, 0.95].map((p) => this.#at(below, p)) as [number, number, number]
    return { low, median, high, isSeen: below.length === POINTS || median < top }
  }

  /** Probability that a limit is the one that leaves the least, by limit. */
  get binding(): number[] {
    const densities = this.#limits.map(({ density }) => density)
    const above = densities.map((density) => cumulative(density).map((below) => 1 - below))
    return densities.map((density, i) =>
      density.reduce((total, p, at) => {
        // Half of what falls on the same point.
        const others = densities.reduce(
          (product, other, j) =>
            j === i ? product : product * ((above[j]?.[at] ?? 0) + 0.5 * (other[at] ?? 0)),
          1,
        )
        return total + p * others
      }, 0),
    )
  }

  #at(below: readonly number[], p: number): number {
    const { first, step } = (this.#limits[0] as LimitPosterior).grid
    const index = below.findIndex((value) => value >= p)
    if (index <= 0) return Math.exp(first)
    const [before, after] = [below[index - 1] as number, below[index] as number]
    // A point stands for what lies half a step around it.
    return Math.exp(first + (index - 0.5 + (p - before) / (after - before)) * step)
  }
}

function cumulative(density: Float64Array): number[] {
  let total = 0
  return Array.from(density, (p) => {
    total += p
    return total
  })
}
