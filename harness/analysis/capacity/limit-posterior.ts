/**
 * The capacity that one limit leaves, as a probability over a grid of ln capacity (theta) and over what else is not known: the shape
 * of the service, and how much its capacity differs from probe to probe. One probe in 25 may be an episode that says nothing.
 */
import type { LimitReading } from '../../model/capacity.ts'
import { likelihoods, type Shape } from './limit-likelihood.ts'
import type { SearchPriors } from './search-priors.ts'
import type { ThetaGrid } from './theta-grid.ts'

const EPISODE_SHARE = 0.04
/** An episode is this much less probable than the best explanation, in ln. */
const EPISODE_LN = -3

export class LimitPosterior {
  readonly grid: ThetaGrid
  readonly #allowed: number | null
  readonly #shapes: readonly Shape[]
  /** Standard deviations. */
  readonly #noises: readonly number[]
  /** ln of the probability by shape, then by noise, then by theta. */
  readonly #ln: Float64Array

  /** @param allowed null: the limit is of a value */
  constructor(grid: ThetaGrid, allowed: number | null, priors: SearchPriors) {
    this.grid = grid
    this.#allowed = allowed
    const { slopes, growths, backgrounds, noises } = priors
    const shapes = (allowed === null ? growths : slopes).flatMap(([slope, weight]) =>
      (allowed === null ? ([[0, 1]] as const) : backgrounds).map(([background, other]) => ({
        slope,
        background,
        weight: weight * other,
      })),
    )
    this.#shapes = shapes
    this.#noises = noises.map(([noise]) => noise)
    this.#ln = new Float64Array(shapes.length * noises.length * grid.count)
    shapes.forEach(({ weight }, s) => {
      noises.forEach(([, other], n) => {
        const from = (s * noises.length + n) * grid.count
        this.#ln.fill(Math.log(weight * other), from, from + grid.count)
      })
    })
  }

  take(x: number, reading: LimitReading): void {
    const found = likelihoods(Math.log(x), reading, {
      grid: this.grid,
      shapes: this.#shapes,
      noises: this.#noises,
      allowed: this.#allowed ?? 0,
    })
    let highest = 0
    for (const value of found) if (value > highest) highest = value
    // Nothing explains it at all: it is an episode.
    if (highest === 0) return
    const episode = EPISODE_SHARE * Math.exp(EPISODE_LN)
    for (let i = 0; i < found.length; i++)
      this.#ln[i] =
        (this.#ln[i] as number) + Math.log(((1 - EPISODE_SHARE) * (found[i] as number)) / highest + episode)
  }

  /** Probability by theta; adds up to 1. */
  get density(): Float64Array {
    const { count } = this.grid
    const density = new Float64Array(count)
    let highest = Number.NEGATIVE_INFINITY
    for (const ln of this.#ln) if (ln > highest) highest = ln
    let total = 0
    this.#ln.forEach((ln, i) => {
      const p = Math.exp(ln - highest)
      density[i % count] = (density[i % count] as number) + p
      total += p
    })
    return density.map((p) => p / total)
  }
}
