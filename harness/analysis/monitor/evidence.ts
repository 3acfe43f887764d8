/**
 * Judges whether an objective is breached, during the load. A claim about a share of requests is breached when it is proven
 * broken by a test that stays valid however often one looks (STATS section 9): within its window by the requests of the window;
 * without one by all requests so far, or by the last seconds alone (a sudden fault would drown in a long calm past), worth what
 * their design effect leaves of them. Any other value is breached when it lies beyond the bound.
 */

import { completedOf } from '../../measure/counts.ts'
import { holds } from '../../model/holds.ts'
import type { ObjectivePlan } from '../../model/plan.ts'
import { designEffect, type Exceedances } from '../design-effect.ts'
import type { MeasuredView } from '../measured-view.ts'
import { metricValue } from '../metric-values.ts'
import { metricOf } from '../metrics/catalogue.ts'
import { isViolated } from '../sequential.ts'
import { type ShareClaim, shareClaimOf } from '../share-claim.ts'

/** `unknown`: too little was seen to say anything; the state stays what it was. */
export type Breach = 'yes' | 'no' | 'unknown'

/** Intervals that a design effect can be estimated from, and what it is taken for before. */
const SERIES_MIN = 20
const UNKNOWN_EFFECT = 10
/** The last seconds of a claim without a window. */
const LATEST_INTERVALS = 10
/** Evidence that they need: of a run's many stretches of ten seconds, the worst is looked at (measured: bench:simulation). */
const LATEST_STOP_AT = Math.log(5_000)
/** Intervals without a single answer while requests wait: the target is silent. */
const SILENT_INTERVALS_MIN = 10

/** By the last stretch of the run. @param windowMs length that the stretch is to have */
export function breachInWindow(view: MeasuredView, objective: ObjectivePlan, windowMs: number): Breach {
  const claim = shareClaimOf(view, objective)
  if (claim !== null) {
    if (claim.n < Math.max(1, objective.minSamples)) return 'unknown'
    return isBroken(claim, 1) ? 'yes' : 'no'
  }
  const isWhole = view.measuredS * 1000 >= 0.95 * windowMs
  return isWhole ? breachByValue(view, objective) : 'unknown'
}

/** By everything so far, of a value that is no claim about a share. */
export function breachByValue(view: MeasuredView, objective: ObjectivePlan): Breach {
  const value = metricValue(view, objective)
  if (value === null) return 'unknown'
  return holds(value, objective.op, objective.bound) ? 'no' : 'yes'
}

/** By everything so far, of a claim about a share: `series` holds what counts against it, interval by interval. */
export function breachBySeries(
  series: readonly Exceedances[],
  claim: Pick<ShareClaim, 'allowed' | 'atMost'>,
  minSamples: number,
): Breach {
  const latest = series.slice(-LATEST_INTERVALS)
  // How much neighbours share is learnt before the fault: its own step would look like the strongest dependence of all.
  const effectBefore = effectOf(series.slice(0, -LATEST_INTERVALS))
  const all = { ...claim, ...sumOf(series) }
  if (all.n < Math.max(1, minSamples)) return 'unknown'
  const isLatestBroken = isBroken({ ...claim, ...sumOf(latest) }, effectBefore, LATEST_STOP_AT)
  return isLatestBroken || isBroken(all, effectOf(series)) ? 'yes' : 'no'
}

function sumOf(series: readonly Exceedances[]): { readonly k: number; readonly n: number } {
  return {
    k: series.reduce((sum, { over }) => sum + over, 0),
    n: series.reduce((sum, { total }) => sum + total, 0),
  }
}

function effectOf(series: readonly Exceedances[]): number {
  return series.length < SERIES_MIN ? UNKNOWN_EFFECT : designEffect(series)
}

/** "At least" is "at most" of the others. */
function isBroken(
  { k, n, allowed, atMost }: Pick<ShareClaim, 'k' | 'n' | 'allowed' | 'atMost'>,
  effect: number,
  stopAt?: number,
): boolean {
  const bad = atMost ? k : n - k
  const limit = atMost ? allowed : 1 - allowed
  if (limit <= 0) return bad > 0
  return limit < 1 && isViolated(bad / effect, n / effect, limit, stopAt)
}

/** Returns true for an objective about answers: their times, outcomes or rate. */
export function isAboutAnswers(objective: Pick<ObjectivePlan, 'metric' | 'fn'>): boolean {
  return objective.fn !== 'count' && metricOf(objective).isAboutAnswers
}

/** Nobody got an answer although requests were out all the time. */
export function isSilent(view: MeasuredView): boolean {
  const { intervals } = view
  return (
    intervals.length >= SILENT_INTERVALS_MIN &&
    intervals.every(({ inFlight }) => inFlight > 0) &&
    completedOf(view.counts({})) === 0
  )
}
