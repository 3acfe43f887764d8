/**
 * Services with a known capacity, as a probe sees them: a curve of misses by load, noise from probe to probe, requests that are worth
 * less than independent ones, and whatever else a service does to whoever searches for its capacity.
 */
import { isViolated } from '../../harness/analysis/sequential.ts'
import type { Random } from '../../harness/base/random.ts'
import type { CapacityLimit, LimitReading } from '../../harness/model/capacity.ts'

export interface World {
  readonly name: string
  /** By limit: share of misses at a load. */
  readonly curves: readonly ((x: number) => number)[]
  /** The standard deviation of ln capacity from probe to probe. */
  readonly noise: number
  readonly designEffect: number
  /** Share of probes in which the service has a part less of its capacity. */
  readonly episodes?: { readonly share: number; readonly loss: number }
  /** Overload leaves it with so much less until it has had a rest; `never`: a rest does not help. */
  readonly metastable?: { readonly loss: number; readonly never?: boolean }
  /** The generator cannot send more. */
  readonly generatorMax?: number
}

export const ALLOWED = 0.01

export const limitsOf = ({ curves }: World): CapacityLimit[] =>
  curves.map((_, i) => ({
    id: `limit-${i}`,
    expect: `limit-${i}`,
    allowed: ALLOWED,
    p99Ms: null,
    isAssumed: false,
  }))

const logit = (p: number) => Math.log(p / (1 - p))

/** A share that is `ALLOWED` at the capacity, above a background of errors. */
export function logistic(capacity: number, slope: number, background = 0): (x: number) => number {
  const odds = logit((ALLOWED - background) / (1 - background))
  return (x) => background + (1 - background) / (1 + Math.exp(-odds - slope * Math.log(x / capacity)))
}

/** P(response > limit) of M/M/c. */
export function queue(servers: number, serviceS: number, limitS: number): (x: number) => number {
  const mu = 1 / serviceS
  return (x) => {
    const load = x / mu
    if (load >= servers) return 1
    let term = 1
    let total = 1
    for (let i = 1; i < servers; i++) {
      term *= load / i
      total += term
    }
    const last = ((term * load) / servers) * (servers / (servers - load))
    const waits = last / (total + last)
    const rest = servers * mu - x
    const served = Math.exp(-mu * limitS)
    const waited =
      Math.abs(rest - mu) < 1e-9
        ? served * (1 + mu * limitS)
        : (rest * served - mu * Math.exp(-rest * limitS)) / (rest - mu)
    return (1 - waits) * served + waits * waited
  }
}

/** The smallest load at which a limit is just met. */
export function truthOf({ curves }: World): number {
  return Math.min(
    ...curves.map((curve) => {
      let [low, high] = [1, 1e6]
      for (let i = 0; i < 200; i++) {
        const middle = Math.sqrt(low * high)
        if (curve(middle) < ALLOWED) low = middle
        else high = middle
      }
      return low
    }),
  )
}

/** Seconds after which a probe looks for an early end. */
const LOOK_S = 1

/** A service while it is searched. */
export class SimulatedService {
  readonly #world: World
  readonly #random: Random
  readonly #truth: number
  #isHurt = false

  constructor(world: World, random: Random) {
    this.#world = world
    this.#random = random
    this.#truth = truthOf(world)
  }

  /** Rests until it is itself again; false: it is not. */
  recover(): boolean {
    if (this.#world.metastable?.never === true) return !this.#isHurt
    this.#isHurt = false
    return true
  }

  /** @param endsEarly a probe that has plainly missed ends */
  probe(x: number, seconds: number, endsEarly: boolean): Probed {
    const { noise, designEffect, episodes, metastable, generatorMax, curves } = this.#world
    if (generatorMax !== undefined && x > generatorMax)
      return { seconds, isVoid: true, isEarly: false, readings: curves.map(() => null) }
    const isEpisode = episodes !== undefined && this.#random.chance(episodes.share)
    const left = (isEpisode ? 1 - episodes.loss : 1) * (this.#isHurt ? 1 - (metastable?.loss ?? 0) : 1)
    const felt = (x * Math.exp(this.#random.normal(0, noise))) / left
    if (metastable !== undefined && x > 1.1 * this.#truth) this.#isHurt = true
    const shares = curves.map((curve) => curve(felt))
    const counts = shares.map(() => 0)
    const perSecond = x / designEffect
    let spent = 0
    let isEarly = false
    while (spent < seconds && !isEarly) {
      spent += LOOK_S
      shares.forEach((share, i) => {
        counts[i] = (counts[i] as number) + this.#binomial(perSecond * LOOK_S, share)
      })
      isEarly = endsEarly && counts.some((k) => isViolated(k, perSecond * spent, ALLOWED))
    }
    const known = designEffect * Math.exp(this.#random.normal(0, 0.15))
    const readings = counts.map(
      (k): LimitReading => ({
        kind: 'share',
        k: k * designEffect,
        n: x * spent,
        designEffect: Math.max(1, known),
      }),
    )
    return { seconds: spent, isVoid: false, isEarly: isEarly && spent < seconds, readings }
  }

  /** Normal for many, a sum of Poisson's gaps for few. */
  #binomial(n: number, p: number): number {
    const mean = n * p
    if (mean > 30) {
      const drawn = Math.round(this.#random.normal(mean, Math.sqrt(mean * (1 - p))))
      return Math.min(n, Math.max(0, drawn))
    }
    let count = -1
    for (let sum = 0; sum < mean; count++) sum += this.#random.exponential(1)
    return Math.min(n, Math.max(0, mean === 0 ? 0 : count))
  }
}

export interface Probed {
  readonly seconds: number
  readonly isVoid: boolean
  readonly isEarly: boolean
  readonly readings: readonly (LimitReading | null)[]
}

const CAPACITY = 712.5

export const WORLDS: readonly World[] = [
  { name: 'gentle', curves: [logistic(CAPACITY, 15)], noise: 0.03, designEffect: 3 },
  { name: 'M/M/8', curves: [queue(8, 0.008, 0.1)], noise: 0.03, designEffect: 3 },
  { name: 'cliff', curves: [logistic(CAPACITY, 300)], noise: 0.03, designEffect: 3 },
  {
    name: 'episodes',
    curves: [logistic(CAPACITY, 15)],
    noise: 0.03,
    designEffect: 3,
    episodes: { share: 0.1, loss: 0.15 },
  },
  { name: 'background', curves: [logistic(CAPACITY, 15, ALLOWED / 2)], noise: 0.03, designEffect: 3 },
  { name: 'noisy', curves: [logistic(CAPACITY, 15)], noise: 0.06, designEffect: 5 },
  { name: 'quiet', curves: [logistic(2_350, 40)], noise: 0.01, designEffect: 3 },
  {
    name: 'metastable',
    curves: [logistic(CAPACITY, 15)],
    noise: 0.03,
    designEffect: 3,
    metastable: { loss: 0.4 },
  },
]
