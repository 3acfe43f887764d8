/** The end of a probe that is plainly beyond its limits, or that would only make the backlog longer. */
import { sum } from 'simple-statistics'
import { badOf, completedOf } from '../../measure/counts.ts'
import type { MergedInterval } from '../../model/merged-interval.ts'
import type { ObjectivePlan } from '../../model/plan.ts'
import { designEffect, type Exceedances } from '../design-effect.ts'
import type { MeasuredView } from '../measured-view.ts'
import { isViolated } from '../sequential.ts'
import { shareClaimOf } from '../share-claim.ts'
import { DESIGN_EFFECT } from './probe-length.ts'

/** A few seconds say nothing about how much their requests are worth. */
const INTERVALS_MIN = 5
const ERROR_RATIO_MAX = 0.5
const ERROR_INTERVALS = 3
/** Seconds of arrivals that may wait. */
const BACKLOG_S = 5

export class EarlyEnd {
  readonly #limits: readonly ObjectivePlan[]
  /** Arrivals a second; null: agents wait for their answers, and nothing piles up. */
  readonly #ratePerSec: number | null
  readonly #series: Exceedances[][]
  #failing = 0

  constructor(limits: readonly ObjectivePlan[], ratePerSec: number | null) {
    this.#limits = limits
    this.#ratePerSec = ratePerSec
    this.#series = limits.map(() => [])
  }

  /** Returns the reason to end the probe; null: it goes on. */
  observe(interval: MergedInterval, isMeasured: boolean, whole: () => MeasuredView): string | null {
    const ends = Object.values(interval.steps)
    const completed = sum(ends.map(completedOf))
    this.#failing =
      completed > 0 && sum(ends.map(badOf)) / completed > ERROR_RATIO_MAX ? this.#failing + 1 : 0
    if (this.#failing >= ERROR_INTERVALS)
      return `more than half of the requests failed for ${ERROR_INTERVALS} s`
    if (this.#ratePerSec !== null && interval.backlog > BACKLOG_S * this.#ratePerSec)
      return `arrivals of more than ${BACKLOG_S} s wait for the service`
    return isMeasured ? this.#violated(whole()) : null
  }

  #violated(view: MeasuredView): string | null {
    const found = this.#limits.find((limit, i) => {
      const claim = shareClaimOf(view, limit)
      const series = this.#series[i] as Exceedances[]
      if (claim === null || claim.n === 0) return false
      const [over, total] = [sum(series.map((each) => each.over)), sum(series.map((each) => each.total))]
      series.push({ over: claim.k - over, total: claim.n - total })
      if (series.length < INTERVALS_MIN) return false
      const effect = Math.max(DESIGN_EFFECT, designEffect(series))
      return isViolated(claim.k / effect, claim.n / effect, claim.allowed)
    })
    return found === undefined ? null : `${found.expect} is missed for sure`
  }
}
