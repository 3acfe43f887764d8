/**
 * Objectives that are claims about a share of requests: `p99(m) < b` says that at most 1 % of observations exceed b,
 * `share(m <= b) >= s` that at most 1 - s are not within, `error_ratio < r` that at most r of the requests end badly,
 * `availability >= r` that at most 1 - r do not end well. With `>` in place of `<`, and the reverse, they say "at least".
 */
import type { CellMetric } from '../model/interval-snapshot.ts'
import { recordedPer } from '../model/measures.ts'
import { quantileOf } from '../model/percentile.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import type { MeasuredView } from './measured-view.ts'
import { countRatio, exceedancesOf, isCountRatio } from './metric-values.ts'
import { metricOf } from './metrics/catalogue.ts'

/** The allowance of an objective, whatever was measured. */
export interface Allowance {
  /** The observations that count against it: those above a bound, those outside a share, or bad requests. */
  readonly kind: 'percentile' | 'share' | 'ratio'
  /** Share of them that may. */
  readonly allowed: number
  /** False: at least `allowed`. */
  readonly atMost: boolean
}

export interface ShareClaim extends Allowance {
  /** Observations that count against it, of `n`. */
  readonly k: number
  readonly n: number
}

/** Null for objectives that are no claim about a share. */
export function allowanceOf(objective: ObjectivePlan): Allowance | null {
  const { fn, metric, op, bound } = objective
  const less = op === '<' || op === '<='
  const quantile = quantileOf(fn)
  if (quantile !== undefined) return { kind: 'percentile', allowed: 1 - quantile, atMost: less }
  const isShare = fn === 'share' || metricOf(objective).better === 'higher'
  if (fn !== 'share' && !(fn === 'value' && isCountRatio(metric))) return null
  // What counts against a share that should be high is the rest.
  return isShare
    ? { kind: 'share', allowed: 1 - bound, atMost: !less }
    : { kind: 'ratio', allowed: bound, atMost: less }
}

/** Evaluates the claim of an objective in a view; null for objectives that are no claim about a share. */
export function shareClaimOf(view: MeasuredView, objective: ObjectivePlan): ShareClaim | null {
  const allowance = allowanceOf(objective)
  return allowance === null ? null : { ...allowance, ...countedOf(view, objective, allowance) }
}

function countedOf(
  view: MeasuredView,
  objective: ObjectivePlan,
  { kind, atMost }: Allowance,
): Pick<ShareClaim, 'k' | 'n'> {
  const { fn, metric, labels, bound } = objective
  const ratio = countRatio(view, metric, labels)
  if (ratio !== null) return kind === 'ratio' ? ratio : { k: ratio.n - ratio.k, n: ratio.n }
  if (fn === 'share') return exceedancesOf(view, objective)
  const [timed, boundUs] = [metric as CellMetric, bound * recordedPer(metricOf(objective).unit)]
  const n = view.count(timed, labels)
  // What nobody answered is not known to be within; nor is it known to be above.
  const k = atMost ? view.countNotWithin(timed, labels, boundUs) : view.countOver(timed, labels, boundUs)
  return { k, n }
}

/** The value above which an observation of a percentile or share counts against it, as it is recorded. */
export function claimBoundUs(objective: ObjectivePlan): number {
  const { fn, bound, within } = objective
  return (fn === 'share' ? (within ?? 0) : bound) * recordedPer(metricOf(objective).unit)
}
