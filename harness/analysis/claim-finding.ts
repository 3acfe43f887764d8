/**
 * The judgement of a claim about a share of requests, and the interval that decided it. Both are the two-sided 95 % interval of
 * Clopper and Pearson, at a sample size that the design effect leaves: of a ratio the interval itself, of a percentile the times
 * at whose ranks the judgement would change. So the outcome can be read off what is printed. Of fewer than ten independent samples
 * no interval is printed: it would tell more of the design effect than of the target.
 */
import type { SparseHistogram } from '../measure/sparse-histogram.ts'
import type { CellMetric } from '../model/interval-snapshot.ts'
import { recordedPer } from '../model/measures.ts'
import { quantileOf } from '../model/percentile.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import { judgeShare, quantileRanks, type ShareProof } from './binomial.ts'
import { designEffect } from './design-effect.ts'
import { type BudgetInterval, errorBudget } from './error-budget.ts'
import { type Finding, NO_DATA } from './finding.ts'
import type { MeasuredView } from './measured-view.ts'
import { isMostlyErrors } from './metric-values.ts'
import { metricOf } from './metrics/catalogue.ts'
import type { ShareClaim } from './share-claim.ts'

/** Independent samples that an interval needs to be printed. */
const EFFECTIVE_MIN = 10

/** @param series what counts against the claim, interval by interval */
export function claimFinding(
  view: MeasuredView,
  objective: ObjectivePlan,
  claim: ShareClaim,
  series: readonly BudgetInterval[],
): Finding {
  const { k, n, allowed, atMost, kind } = claim
  if (n === 0) return NO_DATA
  // No sample is worth less than one.
  const effect = Math.min(designEffect(series), n)
  const judged = judgeShare(k, n, allowed, effect)
  const outcome = outcomeOf(judged.claim, atMost)
  // The few that were served may show that the target is slow, never that it is fast.
  if (kind === 'percentile' && outcome !== 'missed' && isMostlyErrors(view, objective))
    return { ...NO_DATA, sampleCount: n }
  return {
    outcome,
    ...observedOf(view, objective, claim),
    interval: n / effect < EFFECTIVE_MIN ? null : intervalOf(view, objective, claim, effect, judged),
    sampleCount: n,
    effectiveSampleCount: n / effect,
    budget: atMost ? errorBudget(series, allowed) : null,
  }
}

function intervalOf(
  view: MeasuredView,
  objective: ObjectivePlan,
  claim: ShareClaim,
  effect: number,
  judged: ReturnType<typeof judgeShare>,
): NonNullable<Finding['interval']> {
  if (claim.kind === 'percentile') return quantileInterval(view, objective, claim, effect, judged.claim)
  return claim.kind === 'ratio' ? [judged.lower, judged.upper] : [1 - judged.upper, 1 - judged.lower]
}

function outcomeOf(claim: ShareProof, atMost: boolean): Finding['outcome'] {
  if (claim === 'unproven') return 'unproven'
  return (claim === 'proven') === atMost ? 'met' : 'missed'
}

/** The value as the objective puts it. */
function observedOf(
  view: MeasuredView,
  objective: ObjectivePlan,
  { kind, k, n }: ShareClaim,
): Pick<Finding, 'observed' | 'isAtLeast'> {
  const { fn, metric, labels } = objective
  if (kind === 'ratio') return { observed: k / n, isAtLeast: false }
  if (kind === 'share') return { observed: 1 - k / n, isAtLeast: false }
  const observedUs = view.histogram(metric as CellMetric, labels).quantileUs(quantileOf(fn) as number)
  const waitUs = view.lowerBoundFromUs(metric as CellMetric, labels)
  return {
    observed: observedUs / recordedPer(metricOf(objective).unit),
    isAtLeast: waitUs !== null && observedUs >= waitUs,
  }
}

/**
 * The interval of a quantile, in the unit of its metric, without an upper end where more samples are needed for one. Above a bound that is to be kept
 * count requests without an answer, whatever they waited. Ends are times of buckets; one in the bucket of the bound itself is put
 * on the side on which the run counted it.
 */
function quantileInterval(
  view: MeasuredView,
  objective: ObjectivePlan,
  { n, atMost }: ShareClaim,
  effect: number,
  proof: ShareProof,
): [number, number | null] {
  const { fn, metric, labels, bound } = objective
  const { low, high } = quantileRanks(n, quantileOf(fn) as number, effect)
  const per = recordedPer(metricOf(objective).unit)
  const all = view.histogram(metric as CellMetric, labels)
  const answered = atMost ? view.answered(metric as CellMetric, labels) : all
  const highest = valueAt(answered, high, per)
  // Among requests without an answer it is at least what they waited.
  const lowest = valueAt(answered, low, per) ?? Math.max(bound, all.quantileUs(low / n) / per)
  return [
    proof === 'violated' ? lowest : Math.min(lowest, bound),
    proof === 'proven' && highest !== null ? Math.min(highest, bound) : highest,
  ]
}

/** The value at a rank from 1, in its unit; 0 at rank 0, null beyond the last. @param per recorded units in one of its own */
function valueAt(histogram: SparseHistogram, rank: number, per: number): number | null {
  if (rank > histogram.count) return null
  return rank === 0 ? 0 : histogram.quantileUs(rank / histogram.count) / per
}
