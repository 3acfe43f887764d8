/**
 * Arrival instants of the open model. One global sequence per (workload, seed); shard s of n takes the arrivals i with
 * i mod n = s, so the shares add up to the plan exactly.
 *
 *   constant: arrival i at V^-1(i)            500/s for 10 s = 5,000 arrivals at 0, 2, 4, ... ms
 *   poisson:  arrival i at V^-1(E_i), E_i the sum of i + 1 unit exponentials: the time-rescaling theorem turns a unit
 *             Poisson process into one of any rate V' (Brown et al., Neural Computation 14, 2002)
 *   replay:   the instants given
 */
import { keyOf, uniformAt } from '../base/random.ts'
import type { WorkloadPlan } from '../model/plan.ts'
import type { ArrivalSource, Curve } from '../ports/workload.ts'
import { compileCurve } from './curve.ts'

const ARRIVALS_STREAM = keyOf('arrivals')

/** One stripe of a plan. */
export interface ArrivalShare {
  readonly workload: Pick<WorkloadPlan, 'curve' | 'arrivals' | 'instantsMs'>
  readonly seed: number
  readonly shard: number
  readonly shardCount: number
}

/** The instants of one shard's share, lazily. */
export function createArrivals({ workload, seed, shard, shardCount }: ArrivalShare): ArrivalSource {
  if (workload.arrivals === 'replay') return new ReplayArrivals(workload.instantsMs ?? [], shard, shardCount)
  const curve = compileCurve(workload.curve)
  return workload.arrivals === 'poisson'
    ? new PoissonArrivals(curve, seed, shard, shardCount)
    : new ConstantArrivals(curve, shard, shardCount)
}

/** Exact number of arrivals of the whole plan. */
export function countArrivals(workload: ArrivalShare['workload'], seed: number): number {
  if (workload.arrivals === 'constant') {
    const total = compileCurve(workload.curve).integral(0, Number.POSITIVE_INFINITY)
    // A total that is whole up to rounding, such as 500/s for 10 s, is whole.
    return Math.abs(total - Math.round(total)) < 1e-6 ? Math.round(total) : Math.ceil(total)
  }
  const arrivals = createArrivals({ workload, seed, shard: 0, shardCount: 1 })
  let total = 0
  while (arrivals.next() !== Number.POSITIVE_INFINITY) total++
  return total
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

class PoissonArrivals implements ArrivalSource {
  index = -1
  readonly #curve: Curve
  readonly #seed: number
  readonly #shard: number
  readonly #shardCount: number
  #drawn = 0
  #unitTime = 0
  #lastMs = -1

  constructor(curve: Curve, seed: number, shard: number, shardCount: number) {
    this.#curve = curve
    this.#seed = seed | 0
    this.#shard = shard
    this.#shardCount = shardCount
  }

  next(): number {
    // Every shard draws the whole unit process (about 20 ns an arrival) and keeps its stripe.
    for (;;) {
      this.#unitTime -= Math.log1p(-uniformAt(this.#seed, ARRIVALS_STREAM, this.#drawn))
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
