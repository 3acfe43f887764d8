/**
 * The stretch of a run in which an objective was beyond its bound: when it began, when it ended, and how much of it had no break.
 * It is the stretch with the largest sum of what was beyond the bound less what was within it (the maximum subarray of Kadane), so
 * that one good second does not end a bad minute and one bad second does not begin it.
 */

import { completedOf } from '../measure/counts.ts'
import { holds } from '../model/holds.ts'
import type { Breached } from '../model/objective-result.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import type { Exceedances } from './design-effect.ts'
import { downIn } from './downtime.ts'
import { exceedanceSeries } from './exceedance-series.ts'
import type { IntervalView } from './interval-view.ts'
import type { MeasuredView } from './measured-view.ts'
import { metricValue } from './metric-values.ts'
import { isAboutDowntime } from './metrics/catalogue.ts'
import { LABELS_OF_WHOLE_RUN } from './metrics/metric.ts'
import { type ShareClaim, shareClaimOf } from './share-claim.ts'

/** Observations beyond what is allowed; below 0 within it. Null for an interval without any. */
export function excessOf(
  { over, total }: Exceedances,
  { allowed, atMost }: Pick<ShareClaim, 'allowed' | 'atMost'>,
): number | null {
  if (total === 0) return null
  return atMost ? over - allowed * total : allowed * total - over
}

/** Returns 1 where a value is beyond the bound and -1 where it keeps it; null where there is none, or only one of the whole run. */
export function excessOfValue(view: MeasuredView, objective: ObjectivePlan): number | null {
  const value = objective.fn === 'count' ? null : metricValue(view, objective)
  if (value === null) return null
  return holds(value, objective.op, objective.bound) ? -1 : 1
}

/** The excess of each interval; empty where intervals do not tell. Downtime is known of the whole run: no second shows it alone. */
export function excesses(
  view: MeasuredView,
  intervals: readonly IntervalView[],
  objective: ObjectivePlan,
): (number | null)[] {
  if (LABELS_OF_WHOLE_RUN.some((label) => objective.labels[label] !== undefined)) return []
  if (isAboutDowntime(objective)) return downtimeExcesses(view, intervals)
  const claim = shareClaimOf(view, objective)
  if (claim === null) return intervals.map((interval) => excessOfValue(interval.view, objective))
  return (exceedanceSeries(intervals, objective, claim) ?? []).map((each) => excessOf(each, claim))
}

/** An interval in which nobody asked and no request was lost tells nothing. */
function downtimeExcesses(view: MeasuredView, intervals: readonly IntervalView[]): (number | null)[] {
  const isDown = downIn(view, intervals)
  return intervals.map((interval, i) => {
    if (isDown[i]) return 1
    return completedOf(interval.view.counts({})) === 0 ? null : -1
  })
}

/** Null when no interval was beyond the bound. @param excess of each interval */
export function breachedStretch(
  intervals: readonly Pick<IntervalView, 'startMs' | 'endMs'>[],
  excess: readonly (number | null)[],
): Breached | null {
  let best: Breached | null = null
  let [most, sum, longestMs] = [0, 0, 0]
  let [fromMs, unbrokenFromMs]: (number | null)[] = [null, null]
  for (const [i, { startMs, endMs }] of intervals.entries()) {
    const each = excess[i] ?? null
    if (each === null) continue
    if (sum + each <= 0) {
      ;[sum, longestMs, fromMs, unbrokenFromMs] = [0, 0, null, null]
      continue
    }
    sum += each
    fromMs ??= startMs
    unbrokenFromMs = each > 0 ? (unbrokenFromMs ?? startMs) : null
    if (unbrokenFromMs !== null) longestMs = Math.max(longestMs, endMs - unbrokenFromMs)
    if (sum <= most) continue
    most = sum
    best = { fromMs, toMs: endMs, longestMs, isToEnd: false }
  }
  const known = intervals.findLast((_, i) => (excess[i] ?? null) !== null)
  return best === null ? null : { ...best, isToEnd: best.toMs === known?.endMs }
}
