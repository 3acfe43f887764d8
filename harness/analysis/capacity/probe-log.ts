/** The probes of a search so far, and what follows from them alone. */
import type { CapacityLimit, SearchProbe } from '../../model/capacity.ts'
import { discounted, pooledEffects } from './bursts.ts'
import { isOverload } from './limit-reading.ts'
import { hasDrifted } from './probe-pairs.ts'

export class ProbeLog {
  readonly #limits: readonly CapacityLimit[]
  readonly #probes: SearchProbe[] = []

  constructor(limits: readonly CapacityLimit[]) {
    this.#limits = limits
  }

  add(probe: SearchProbe): void {
    this.#probes.push(probe)
  }

  /** Probes that can be believed. */
  get counted(): SearchProbe[] {
    return this.#probes.filter(({ ended }) => ended === 'whole' || ended === 'early')
  }

  /** Those of them that looked for the range. */
  get ofRange(): SearchProbe[] {
    return this.counted.filter(({ purpose }) => purpose === 'range')
  }

  get spentS(): number {
    return this.#probes.reduce((total, { elapsedS }) => total + elapsedS, 0)
  }

  /** Probes that are worth as much as all of them together have shown. */
  weighed(probes: readonly SearchProbe[]): SearchProbe[] {
    const effects = pooledEffects(this.counted, this.#limits)
    return probes.map((probe) => discounted(probe, effects))
  }

  /** The service may not be itself after the last probe. */
  get wasOverloaded(): boolean {
    const last = this.#probes.at(-1)
    if (last === undefined || last.ended === 'early') return true
    return last.readings.some(
      (reading, i) => reading !== null && isOverload(reading, this.#limits[i] as CapacityLimit),
    )
  }

  /** The lowest probe came out otherwise at the end. */
  get hasDrifted(): boolean {
    const again = this.counted.find(({ purpose }) => purpose === 'drift')
    const first = this.ofRange.find(({ x }) => x === again?.x)
    return again !== undefined && first !== undefined && hasDrifted(first, again)
  }
}
