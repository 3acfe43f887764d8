/**
 * The observations against a claim about a share of requests, interval by interval. An interval knows its exceedances only as an
 * upper bound (by histogram bucket, and without the outcome of each answer); the run knows their number exactly. So the series is
 * scaled to add up to it.
 */
import { sum } from 'simple-statistics'
import type { ObjectivePlan } from '../model/plan.ts'
import type { Exceedances } from './design-effect.ts'
import type { BudgetInterval } from './error-budget.ts'
import type { IntervalView } from './interval-view.ts'
import type { MeasuredView } from './measured-view.ts'
import { countRatio } from './metric-values.ts'
import { claimBoundUs, type ShareClaim, shareClaimOf } from './share-claim.ts'

/** One entry an interval; null where intervals do not tell: distributions other than response time, single outcomes, retries. */
export function exceedanceSeries(
  intervals: readonly IntervalView[],
  objective: ObjectivePlan,
  { k, n }: Pick<ShareClaim, 'k' | 'n'>,
): BudgetInterval[] | null {
  const series = intervals.map(({ startMs, endMs, view }) => ({
    startMs,
    endMs,
    ...exceedancesIn(view, objective),
  }))
  const over = sum(series.map((interval) => interval.over))
  const total = sum(series.map((interval) => interval.total))
  if (total === 0 || (over === 0 && k > 0)) return null
  return series.map((interval) => ({
    ...interval,
    over: over === 0 ? 0 : (interval.over * k) / over,
    total: (interval.total * n) / total,
  }))
}

function exceedancesIn(view: MeasuredView, objective: ObjectivePlan): Exceedances {
  const claim = shareClaimOf(view, objective)
  if (claim === null) return { over: 0, total: 0 }
  if (objective.metric !== 'response_time' || claim.kind === 'ratio') return { over: claim.k, total: claim.n }
  // Of a share whatever was not ok is never within the bound, of a percentile what nobody answered; which of the slow ones
  // it was, an interval does not know.
  const slow = view.countOver('response_time', objective.labels, claimBoundUs(objective))
  const never = claim.kind === 'share' ? 'error_ratio' : 'timeout_ratio'
  const isCounted = claim.kind === 'share' || claim.atMost
  const bad = isCounted ? (countRatio(view, never, objective.labels)?.k ?? 0) : 0
  return { over: Math.min(claim.n, slow + bad), total: claim.n }
}
