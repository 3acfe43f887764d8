/**
 * The observations against a claim about a share of requests, interval by interval. An interval knows its exceedances only as an
 * upper bound (by histogram bucket, without the outcome of each answer, and of all regions, workloads and statuses); the run knows their
 * number exactly. So the series is scaled to add up to it.
 */
import { sum } from 'simple-statistics'
import type { ObjectivePlan } from '../model/plan.ts'
import type { Exceedances } from './design-effect.ts'
import type { BudgetInterval } from './error-budget.ts'
import type { IntervalView } from './interval-view.ts'
import type { MeasuredView } from './measured-view.ts'
import { claimBoundUs, type ShareClaim, shareClaimOf } from './share-claim.ts'

/** One entry an interval; null where intervals do not tell: distributions other than response time, single outcomes, retries. */
export function exceedanceSeries(
  intervals: readonly IntervalView[],
  objective: ObjectivePlan,
  { k, n }: Pick<ShareClaim, 'k' | 'n'>,
): BudgetInterval[] | null {
  const told = inIntervals(objective)
  const series = intervals.map(({ startMs, endMs, view }) => ({
    startMs,
    endMs,
    ...exceedancesIn(view, told),
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

/** The objective as far as intervals tell it apart. */
function inIntervals(objective: ObjectivePlan): ObjectivePlan {
  const { region: _region, workload: _workload, status: _status, ...labels } = objective.labels
  return { ...objective, labels }
}

function exceedancesIn(view: MeasuredView, objective: ObjectivePlan): Exceedances {
  const claim = shareClaimOf(view, objective)
  if (claim === null) return { over: 0, total: 0 }
  if (objective.metric !== 'response_time' || claim.kind === 'ratio') return { over: claim.k, total: claim.n }
  const boundUs = claimBoundUs(objective)
  const slow = view.countOver('response_time', objective.labels, boundUs)
  if (claim.kind === 'percentile' && !claim.atMost) return { over: slow, total: claim.n }
  const { failed, errored, timedOut } = view.counts(objective.labels)
  // What nobody answered is never within the bound. Timeouts that waited longer are among the slow ones already.
  const waitMs = view.intervals[0]?.lowerBoundFromMs ?? null
  const waits = waitMs !== null && waitMs * 1000 > boundUs ? 0 : timedOut
  const bad = claim.kind === 'share' ? failed + errored : 0
  return { over: Math.min(claim.n, slow + waits + bad), total: claim.n }
}
