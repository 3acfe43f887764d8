/**
 * The search for a capacity, as a pure function of the probes so far: no clock, no randomness, no other state. A search that was
 * killed goes on from its probes alone.
 *   range    x is doubled until a limit is surely missed, or halved until one is met
 *   search   the posterior of the capacity, probed at two of its quantiles in turns, until its interval is narrow
 *   confirm  one long probe at the 5 % quantile, which has to prove every limit; a second, lower one when it does not
 *   drift    the lowest probe once more: has the service changed meanwhile?
 */
import type {
  CapacityLimit,
  ProbePurpose,
  SearchEnding,
  SearchProbe,
  SearchSettings,
} from '../../model/capacity.ts'
import { isProof } from './bursts.ts'
import { standingOfAll } from './limit-reading.ts'
import { nearestUntried } from './nearest-untried.ts'
import { secondsFor } from './probe-length.ts'
import { ProbeLog } from './probe-log.ts'
import { DEFAULT_PRIORS, type SearchPriors } from './search-priors.ts'
import type { NextProbe, SearchState } from './search-state.ts'
import { WeighedPosterior } from './weighed-posterior.ts'

const HALVINGS_MAX = 6
const PROBES_MIN = 6
/** A probe is never this much above the largest x that was met. */
const ABOVE_MET = 1.5
const CONFIRM_FACTOR = 3
/** The second try is this much below the first. */
const SECOND_TRY = 0.97
/** Probability that the capacity lies below the rate that is called safe. */
const SAFE_QUANTILE = 0.05

/** Probabilities whose quantiles show the posterior as a whole. */
const SPREAD = Array.from({ length: 20 }, (_, i) => (i + 0.5) / 20)

/** A search, one probe after another. */
export class CapacitySearch {
  readonly #limits: readonly CapacityLimit[]
  readonly #settings: SearchSettings
  readonly #priors: SearchPriors
  readonly #log: ProbeLog
  #phase: ProbePurpose | 'over' = 'range'
  #x: number
  #why = 'the first probe'
  #good: number | null = null
  #bad: number | null = null
  #posterior: WeighedPosterior | null = null
  #turns = 0
  #tries = 0
  #voids = 0
  #safe: number | null = null
  #ending: SearchEnding | null = null

  constructor(
    limits: readonly CapacityLimit[],
    settings: SearchSettings,
    priors: SearchPriors = DEFAULT_PRIORS,
  ) {
    this.#limits = limits
    this.#settings = settings
    this.#priors = priors
    this.#log = new ProbeLog(limits)
    this.#x = this.#rounded(Math.min(settings.from, settings.max ?? settings.from))
  }

  get state(): SearchState {
    const posterior = this.#posterior
    return {
      next: this.#next,
      ending: this.#ending,
      good: this.#good,
      bad: this.#bad,
      capacity: posterior?.capacity(SAFE_QUANTILE, this.#safe) ?? null,
      spread: posterior?.quantiles(SPREAD) ?? [],
      limits: posterior === null ? [] : this.#limits.map((_, i) => posterior.ofLimit(i)),
      binding: posterior?.binding ?? [],
      safe: this.#safe,
      hasDrifted: this.#log.hasDrifted,
    }
  }

  take(probe: SearchProbe): void {
    this.#log.add(probe)
    if (probe.ended === 'not-recovered' || probe.ended === 'halted') return this.#end(probe.ended)
    const standing = probe.ended === 'void' ? null : standingOfAll(this.#log.weighed([probe]), this.#limits)
    // A probe that measured nothing for a limit says no more than one that the generator spoilt.
    if (standing === null) {
      this.#voids++
      if (this.#voids > 1) return this.#end(this.#phase === 'drift' ? this.#foundEnding : 'generator')
      this.#why = 'the same again: the probe before cannot be believed'
      return
    }
    this.#voids = 0
    this.#posterior?.take(this.#log.counted)
    switch (this.#phase) {
      case 'range':
        return this.#takeRange(probe)
      case 'search':
        if (standing === 'met') this.#good = Math.max(this.#good ?? 0, probe.x)
        return this.#aim()
      case 'confirm':
        return this.#takeConfirm(probe)
      case 'drift':
        return this.#end(this.#foundEnding)
      case 'over':
    }
  }

  #takeRange({ x }: SearchProbe): void {
    const { max } = this.#settings
    const same = this.#log.counted.filter((probe) => probe.x === x)
    const standing = standingOfAll(this.#log.weighed(same), this.#limits)
    if (standing === 'doubtful' && same.length === 1) return this.#go(x, 'the same again: a miss is not sure')
    if (standing === 'met') {
      this.#good = x
      if (this.#bad !== null) return this.#beginSearch()
      if (max !== null && x >= max) return this.#beginConfirm(max)
      return this.#go(Math.min(2 * x, max ?? Number.POSITIVE_INFINITY), 'all limits are met: twice as much')
    }
    this.#bad = x
    if (this.#good !== null) return this.#beginSearch()
    const halvings = Math.round(Math.log2(this.#settings.from / x))
    const half = this.#rounded(x / 2)
    if (halvings >= HALVINGS_MAX || half >= x) return this.#end('nothing-met')
    this.#go(half, 'a limit is missed: half as much')
  }

  #beginSearch(): void {
    this.#phase = 'search'
    const range = { good: this.#good as number, bad: this.#bad as number }
    this.#posterior = new WeighedPosterior(this.#limits, range, this.#log.counted, this.#priors)
    this.#aim()
  }

  /** The next probe of the search, or its end. */
  #aim(): void {
    const posterior = this.#posterior as WeighedPosterior
    const { precision, probesMax } = this.#settings
    const [low, high] = posterior.quantiles([SAFE_QUANTILE, 1 - SAFE_QUANTILE]) as [number, number]
    const isNarrow = Math.log(high / low) / 2 <= Math.log(1 + precision)
    const count = this.#log.counted.length
    if (
      (count >= PROBES_MIN && isNarrow) ||
      count >= probesMax ||
      !this.#hasTimeFor(this.#x, 1 + CONFIRM_FACTOR)
    )
      return this.#beginConfirm(low)
    const { quantiles } = this.#priors
    const quantile = quantiles[this.#turns++ % quantiles.length] as number
    const aimed = posterior.quantiles([quantile])[0] as number
    const top = Math.min(this.#settings.max ?? Number.POSITIVE_INFINITY, ABOVE_MET * (this.#good ?? aimed))
    const x = this.#settings.isWhole ? this.#untriedAgents(Math.min(aimed, top)) : Math.min(aimed, top)
    if (x === null) return this.#beginConfirm(low)
    this.#go(x, `${Math.round(100 * quantile)} % of the possible capacities are below it`)
  }

  #beginConfirm(x: number): void {
    this.#phase = 'confirm'
    this.#tries++
    // No more agents than may be safe.
    const whole = this.#settings.isWhole ? Math.max(1, Math.floor(x)) : x
    if (!this.#hasTimeFor(whole)) return this.#end('cut-short')
    this.#go(whole, 'confirms, three times as long, the rate that is called safe')
  }

  #takeConfirm(probe: SearchProbe): void {
    if (isProof(probe, this.#log.counted, this.#limits)) this.#safe = probe.x
    else if (this.#tries < 2)
      return this.#beginConfirm(
        Math.min(SECOND_TRY * probe.x, this.#posterior?.quantiles([SAFE_QUANTILE])[0] ?? probe.x),
      )
    const lowest = Math.min(...this.#log.ofRange.map(({ x }) => x))
    this.#phase = 'drift'
    if (!this.#hasTimeFor(lowest)) return this.#end(this.#foundEnding)
    this.#go(lowest, 'the lowest probe once more: has the service changed meanwhile?')
  }

  get #foundEnding(): SearchEnding {
    return this.#posterior === null ? 'max-held' : 'found'
  }

  #end(ending: SearchEnding): void {
    this.#phase = 'over'
    this.#ending = ending
  }

  #go(x: number, why: string): void {
    this.#x = this.#rounded(x)
    this.#why = why
  }

  get #next(): NextProbe | null {
    const purpose = this.#phase
    if (purpose === 'over') return null
    return {
      purpose,
      x: this.#x,
      seconds: this.#secondsAt(this.#x),
      recoversFirst: this.#log.wasOverloaded,
      why: this.#why,
    }
  }

  #secondsAt(x: number): number {
    const { probeS, isWhole } = this.#settings
    const seconds = probeS ?? secondsFor(x, this.#limits, this.#log.weighed(this.#log.counted), !isWhole)
    return this.#phase === 'confirm' ? CONFIRM_FACTOR * seconds : seconds
  }

  #hasTimeFor(x: number, times = 1): boolean {
    return this.#log.spentS + times * this.#secondsAt(x) <= this.#settings.budgetS
  }

  #rounded(x: number): number {
    return this.#settings.isWhole ? Math.max(1, Math.round(x)) : x
  }

  #untriedAgents(x: number): number | null {
    const range = { good: this.#good ?? 1, bad: this.#bad ?? x }
    return nearestUntried(this.#rounded(x), range, new Set(this.#log.counted.map((probe) => probe.x)))
  }
}
