/**
 * Objectives that are claims about a share of requests: `p99(m) < b` says that at most 1 % of observations exceed b,
 * `share(m <= b) >= s` that at most 1 - s are not within, `error_ratio < r` that at most r of the requests end badly. With
 * `>` in place of `<` they say "at least".
 */
import type { CellMetric } from '../model/interval-snapshot.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import type { MeasuredView } from './measured-view.ts'
import { countRatio, exceedancesOf, quantileOf } from './metric-values.ts'

export interface ShareClaim {
  /** What counts against: percentile and share exceedances, or bad requests. */
  readonly kind: 'percentile' | 'share' | 'ratio'
  /** Observations that count against it, of `n`. */
  readonly k: number
  readonly n: number
  /** Share of them that may. */
  readonly allowed: number
  /** False: at least `allowed`. */
  readonly atMost: boolean
}

/** What the claim of an objective comes to in a view; null for objectives that are no claim about a share. */
export function shareClaimOf(view: MeasuredView, objective: ObjectivePlan): ShareClaim | null {
  const { fn, metric, labels, op, bound } = objective
  const less = op === '<' || op === '<='
  const quantile = quantileOf(fn)
  if (quantile !== undefined) {
    const n = view.count(metric as CellMetric, labels)
    const k = view.countOver(metric as CellMetric, labels, bound * 1000)
    return { kind: 'percentile', k, n, allowed: 1 - quantile, atMost: less }
  }
  if (fn === 'share') {
    const n = view.count(metric as CellMetric, labels)
    return { kind: 'share', k: exceedancesOf(view, objective), n, allowed: 1 - bound, atMost: !less }
  }
  const ratio = fn === 'value' ? countRatio(view, metric, labels) : null
  return ratio === null ? null : { kind: 'ratio', ...ratio, allowed: bound, atMost: less }
}

/** Response time above which an observation of a percentile or share counts against it, microseconds. */
export function claimBoundUs({ fn, bound, within }: ObjectivePlan): number {
  return (fn === 'share' ? (within ?? 0) : bound) * 1000
}
