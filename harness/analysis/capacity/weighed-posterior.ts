/** The posterior of probes that are worth as much as all of them together have shown. */
import type { CapacityEstimate, CapacityLimit, SearchProbe } from '../../model/capacity.ts'
import { discounted, pooledEffects } from './bursts.ts'
import { JointPosterior } from './joint-posterior.ts'
import type { SearchPriors } from './search-priors.ts'

/** The relative change of a design effect from which on the probes before are weighed again. */
const CHANGE = 0.1

export class WeighedPosterior {
  readonly #limits: readonly CapacityLimit[]
  readonly #range: { readonly good: number; readonly bad: number }
  readonly #priors: SearchPriors
  #effects: readonly number[]
  #posterior: JointPosterior

  constructor(
    limits: readonly CapacityLimit[],
    range: { readonly good: number; readonly bad: number },
    probes: readonly SearchProbe[],
    priors: SearchPriors,
  ) {
    this.#limits = limits
    this.#range = range
    this.#priors = priors
    this.#effects = pooledEffects(probes, limits)
    this.#posterior = this.#of(probes)
  }

  /** @param probes all of them, the new one last */
  take(probes: readonly SearchProbe[]): void {
    const effects = pooledEffects(probes, this.#limits)
    const isOther = effects.some((effect, i) => Math.abs(Math.log(effect / (this.#effects[i] ?? 1))) > CHANGE)
    const last = probes.at(-1)
    if (isOther) {
      this.#effects = effects
      this.#posterior = this.#of(probes)
    } else if (last !== undefined) this.#posterior.take(discounted(last, this.#effects))
  }

  /** @param tail probability on either side of the interval @param safe what was proven; it may lie below, then the interval is of it, too */
  capacity(tail: number, safe: number | null): CapacityEstimate {
    const [low, median, high] = this.#posterior.quantiles([tail, 0.5, 1 - tail]) as [number, number, number]
    return { low: Math.min(low, safe ?? low), median, high, isSeen: true }
  }

  quantiles(probabilities: readonly number[]): number[] {
    return this.#posterior.quantiles(probabilities)
  }

  ofLimit(index: number): CapacityEstimate {
    return this.#posterior.ofLimit(index)
  }

  get binding(): number[] {
    return this.#posterior.binding
  }

  #of(probes: readonly SearchProbe[]): JointPosterior {
    const weighed = probes.map((probe) => discounted(probe, this.#effects))
    return new JointPosterior(this.#limits, this.#range, weighed, this.#priors)
  }
}
