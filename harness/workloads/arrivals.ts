/**
 * Arrival instants of the open model. One global sequence per (workload, seed); shard s of n takes the arrivals i with
 * i mod n = s, so the shares add up to the plan exactly.
 *
 *   constant: arrival i at V^-1(i)            500/s for 10 s = 5,000 arrivals at 0, 2, 4, ... ms
 *   poisson:  arrival i at V^-1(E_i), E_i the sum of i + 1 unit exponentials: the time-rescaling theorem turns a unit
 *             Poisson process into one of any rate V' (Brown et al., Neural Computation 14, 2002)
 *   gamma:    as poisson, with gaps of Gamma(k, 1/k) in place of the exponentials: their mean is the same, and k, the burstiness,
 *             is 1 for poisson, below 1 for bursts. Drawn gaps are not rescaled to hit the total, which would make it no chance
 *   replay:   the instants given
 */
import { keyOf, uniformAt } from '../base/random.ts'
import type { WorkloadPlan } from '../model/plan.ts'
import type { ArrivalSource, Curve } from '../ports/workload.ts'
import { compileCurve } from './curve.ts'
import { gammaGap } from './gamma.ts'

const ARRIVALS_STREAM = keyOf('arrivals')
/** The first of the streams of a gap that takes several draws. */
const GAMMA_STREAM = keyOf('arrivals/gamma')

/** One stripe of a plan. */
export interface ArrivalShare {
  readonly workload: Pick<WorkloadPlan, 'curve' | 'arrivals' | 'burstiness' | 'instantsMs'> & {
    readonly name?: string | undefined
  }
  readonly seed: number
  readonly shard: number
  readonly shardCount: number
}

/** The instants of one shard's share, lazily. */
export function createArrivals({ workload, seed: runSeed, shard, shardCount }: ArrivalShare): ArrivalSource {
  const seed = seedOf(workload, runSeed)
  if (workload.arrivals === 'replay') return new ReplayArrivals(workload.instantsMs ?? [], shard, shardCount)
  const curve = compileCurve(workload.curve)
  if (workload.arrivals === 'constant') return new ConstantArrivals(curve, shard, shardCount)
  const gapAt =
    workload.arrivals === 'poisson' ? exponentialGaps(seed) : gammaGaps(seed, workload.burstiness ?? 1)
  return new RandomArrivals(curve, gapAt, shard, shardCount)
}

/** Returns the seed of a workload: each that has a name has its own, so that those of one law do not arrive together. */
export function seedOf({ name }: Pick<ArrivalShare['workload'], 'name'>, seed: number): number {
  return name === undefined ? seed : (seed ^ keyOf(`workload:${name}`)) >>> 0
}

/** Returns gap `n` of a process of rate 1. */
type GapAt = (n: number) => number

function exponentialGaps(seed: number): GapAt {
  return (n) => -Math.log1p(-uniformAt(seed, ARRIVALS_STREAM, n))
}

function gammaGaps(seed: number, shape: number): GapAt {
  return (n) => gammaGap(shape, (draw) => uniformAt(seed, (GAMMA_STREAM + draw) | 0, n))
}

/** The most random arrivals that are counted one by one: a second of computing, during which no signal is heard. */
export const COUNTED_ARRIVALS_MAX = 5_000_000

/** Number of arrivals of the whole plan: exact, but for more than `COUNTED_ARRIVALS_MAX` random ones, whose mean it is. */
export function countArrivals(workload: ArrivalShare['workload'], seed: number): number {
  const total = compileCurve(workload.curve).integral(0, Number.POSITIVE_INFINITY)
  if (workload.arrivals === 'constant') {
    // A total that is whole up to rounding, such as 500/s for 10 s, is whole.
    return Math.abs(total - Math.round(total)) < 1e-6 ? Math.round(total) : Math.ceil(total)
  }
  if (workload.arrivals === 'poisson' && total > COUNTED_ARRIVALS_MAX) return Math.round(total)
  const arrivals = createArrivals({ workload, seed, shard: 0, shardCount: 1 })
  let count = 0
  while (arrivals.next() !== Number.POSITIVE_INFINITY) count++
  return count
}

class ConstantArrivals implements ArrivalSource {
  index = -1
  readonly #curve: Curve
  readonly #shardCount: number
  readonly #total: number
  #nextIndex: number
  #lastMs = -1

  constructor(curve: Curve, shard: number, shardCount: number) {
    this.#curve = curve
    this.#shardCount = shardCount
    this.#nextIndex = shard
    this.#total = curve.integral(0, curve.durationMs) - 1e-6
  }

  next(): number {
    this.index = this.#nextIndex
    if (this.index >= this.#total) return Number.POSITIVE_INFINITY
    this.#nextIndex += this.#shardCount
    this.#lastMs = Math.max(this.#curve.inverseIntegral(this.index), this.#lastMs)
    return this.#lastMs
  }
}

class RandomArrivals implements ArrivalSource {
  index = -1
  readonly #curve: Curve
  readonly #gapAt: GapAt
  readonly #shard: number
  readonly #shardCount: number
  #drawn = 0
  #unitTime = 0
  #lastMs = -1

  constructor(curve: Curve, gapAt: GapAt, shard: number, shardCount: number) {
    this.#curve = curve
    this.#gapAt = gapAt
    this.#shard = shard
    this.#shardCount = shardCount
  }

  next(): number {
    // Every shard draws the whole unit process (about 20 ns an arrival) and keeps its stripe.
    for (;;) {
      this.#unitTime += this.#gapAt(this.#drawn)
      this.index = this.#drawn++
      if (this.index % this.#shardCount === this.#shard) break
    }
    const atMs = this.#curve.inverseIntegral(this.#unitTime)
    if (atMs >= this.#curve.durationMs) return Number.POSITIVE_INFINITY
    this.#lastMs = Math.max(atMs, this.#lastMs)
    return this.#lastMs
  }
}

class ReplayArrivals implements ArrivalSource {
  index = -1
  readonly #instantsMs: readonly number[]
  readonly #shardCount: number
  #nextIndex: number

  constructor(instantsMs: readonly number[], shard: number, shardCount: number) {
    this.#instantsMs = instantsMs
    this.#shardCount = shardCount
    this.#nextIndex = shard
  }

  next(): number {
    this.index = this.#nextIndex
    this.#nextIndex += this.#shardCount
    return this.#instantsMs[this.index] ?? Number.POSITIVE_INFINITY
  }
}
