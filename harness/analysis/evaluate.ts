/**
 * An objective against a record. Percentiles, shares and request ratios are claims about a share of requests and are
 * judged by the exact binomial with a design effect: met (proven), missed (violated) or unproven. Everything else is
 * judged by its value.
 */

import { formatAmount, formatCount, formatInUnit } from '../base/units.ts'
import { completedOf } from '../measure/counts.ts'
import type { SparseHistogram } from '../measure/sparse-histogram.ts'
import { demandOf } from '../model/demand.ts'
import type { CellMetric } from '../model/interval-snapshot.ts'
import { quantileOf } from '../model/percentile.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import type { ErrorBudget, ObjectiveResult } from '../model/verdict.ts'
import { judgeShare, type ShareInterval, shareInterval } from './binomial.ts'
import { designEffect } from './design-effect.ts'
import { type BudgetInterval, errorBudget } from './error-budget.ts'
import { exceedanceSeries } from './exceedance-series.ts'
import type { IntervalView } from './interval-view.ts'
import type { MeasuredView } from './measured-view.ts'
import { isMostlyErrors, metricValue, secondsKnown } from './metric-values.ts'
import { isAboutVisuals, metricOf } from './metrics/catalogue.ts'
import type { RecordView } from './record-view.ts'
import { type ShareClaim, shareClaimOf } from './share-claim.ts'
import { visualOf, visualText } from './visual-findings.ts'

/** The basis of the judgement of one objective. */
interface Finding {
  readonly outcome: ObjectiveResult['outcome']
  readonly observed: number | null
  /** True when the observed value is a lower bound: it falls among unanswered requests. */
  readonly isAtLeast: boolean
  readonly interval: readonly [number, number] | null
  readonly sampleCount: number
  /** The number of independent samples of equal worth; null where it does not matter. */
  readonly effectiveCount: number | null
  readonly budget: ErrorBudget | null
}

/** @param intervals those of the view, one by one */
export function evaluateObjective(
  view: RecordView,
  objective: ObjectivePlan,
  intervals: readonly IntervalView[],
): ObjectiveResult {
  const found = enoughSamples(findingOf(view, objective, intervals), objective)
  const { fn, metric, labels, within } = objective
  return {
    ...demandOf(objective),
    fn,
    metric,
    labels,
    within,
    outcome: found.outcome,
    observed: found.observed,
    isAtLeast: found.isAtLeast,
    interval: found.interval === null ? null : [...found.interval],
    severity: objective.severity,
    role: objective.role,
    sampleCount: found.sampleCount,
    effectiveSampleCount: found.effectiveCount,
    builtIn: objective.builtIn,
    message:
      visualMessageOf(view, objective) ??
      noTimesMessageOf(view, objective, found) ??
      messageOf(objective, found),
    budget: found.budget,
  }
}

function findingOf(view: RecordView, objective: ObjectivePlan, intervals: readonly IntervalView[]): Finding {
  const claim = shareClaimOf(view, objective)
  if (claim === null) return valueFinding(view, objective)
  const series = exceedanceSeries(intervals, objective, claim) ?? [wholeOf(intervals, claim)]
  return claimFinding(view, objective, claim, series)
}

/** The run as one interval, for what has no series: design effect 1. */
function wholeOf(intervals: readonly IntervalView[], { k, n }: ShareClaim): BudgetInterval {
  return { startMs: intervals[0]?.startMs ?? 0, endMs: intervals.at(-1)?.endMs ?? 0, over: k, total: n }
}

function enoughSamples(found: Finding, { minSamples }: ObjectivePlan): Finding {
  if (found.observed === null) return { ...found, outcome: 'no-data' }
  return found.sampleCount < minSamples ? { ...found, outcome: 'no-data' } : found
}

const NO_DATA: Finding = {
  outcome: 'no-data',
  observed: null,
  isAtLeast: false,
  interval: null,
  sampleCount: 0,
  effectiveCount: null,
  budget: null,
}

function claimFinding(
  view: RecordView,
  objective: ObjectivePlan,
  claim: ShareClaim,
  series: readonly BudgetInterval[],
): Finding {
  const { k, n, allowed, atMost } = claim
  if (n === 0) return NO_DATA
  if (
    claim.kind === 'percentile' &&
    isMostlyErrors(view, objective) &&
    !isMissedByWaitsAlone(view, objective, claim)
  )
    return { ...NO_DATA, sampleCount: n }
  const effect = designEffect(series)
  const judged = judgeShare(k, n, allowed, effect)
  return {
    outcome: outcomeOf(judged.claim, atMost),
    ...observedOf(view, objective, claim, judged, n / effect),
    sampleCount: n,
    effectiveCount: n / effect,
    budget: atMost ? errorBudget(series, allowed) : null,
  }
}

/** Returns true when unanswered requests alone are enough to miss a percentile, whatever the errors among the others took. */
function isMissedByWaitsAlone(
  view: RecordView,
  { metric, labels, bound }: ObjectivePlan,
  { allowed, atMost, n }: ShareClaim,
): boolean {
  const { value } = metricOf({ metric })
  if (!atMost || value.kind !== 'distribution' || value.of !== 'requests') return false
  return view.countOver(value.cell, { ...labels, outcome: 'timed-out' }, bound * 1000) > allowed * n
}

function outcomeOf(claim: 'proven' | 'violated' | 'unproven', atMost: boolean): ObjectiveResult['outcome'] {
  if (claim === 'unproven') return 'unproven'
  return (claim === 'proven') === atMost ? 'met' : 'missed'
}

/** The value as the objective puts it, and its interval. */
function observedOf(
  view: RecordView,
  { fn, metric, labels }: ObjectivePlan,
  { kind, k, n }: ShareClaim,
  { lower, upper }: ShareInterval,
  effectiveCount: number,
): Pick<Finding, 'observed' | 'isAtLeast' | 'interval'> {
  if (kind === 'ratio') return { observed: k / n, isAtLeast: false, interval: [lower, upper] }
  if (kind === 'share') return { observed: 1 - k / n, isAtLeast: false, interval: [1 - upper, 1 - lower] }
  const quantile = quantileOf(fn) as number
  const histogram = view.histogram(metric as CellMetric, labels)
  const observedUs = histogram.quantileUs(quantile)
  return {
    observed: observedUs / 1000,
    isAtLeast:
      observedUs >= (view.lowerBoundFromUs(metric as CellMetric, labels) ?? Number.POSITIVE_INFINITY),
    interval: quantileInterval(histogram, quantile, effectiveCount),
  }
}

/** Interval of a quantile, ms: the quantiles at the bounds of the share below it, for the effective sample size. */
function quantileInterval(
  histogram: SparseHistogram,
  quantile: number,
  effectiveCount: number,
): [number, number] {
  const { lower, upper } = shareInterval(quantile * effectiveCount, effectiveCount)
  return [histogram.quantileUs(lower) / 1000, histogram.quantileUs(upper) / 1000]
}

function valueFinding(view: RecordView, objective: ObjectivePlan): Finding {
  const observed = metricValue(view, objective)
  if (observed === null) return NO_DATA
  return {
    outcome: holds(observed, objective.op, objective.bound) ? 'met' : 'missed',
    observed,
    isAtLeast: false,
    interval: null,
    sampleCount: sampleCountOf(view, objective),
    effectiveCount: null,
    budget: null,
  }
}

/** Returns true when a value keeps a bound. */
export function holds(value: number, op: ObjectivePlan['op'], bound: number): boolean {
  switch (op) {
    case '<':
      return value < bound
    case '<=':
      return value <= bound
    case '>':
      return value > bound
    case '>=':
      return value >= bound
  }
}

/** Null for what is no picture, or one that the run did not come to. */
function visualMessageOf({ record }: RecordView, objective: ObjectivePlan): string | null {
  const visual = isAboutVisuals(objective) ? visualOf(record, objective.labels) : null
  return visual === null ? null : visualText(visual)
}

/** Returns the number of samples of a judgement: seconds of a gauge, observations of a share, requests otherwise. */
export function sampleCountOf(view: MeasuredView, objective: ObjectivePlan): number {
  // One picture, however many frames it has.
  if (isAboutVisuals(objective)) return 1
  if (metricOf(objective).value.kind === 'gauge') return secondsKnown(view, objective)
  return shareClaimOf(view, objective)?.n ?? completedOf(view.counts(objective.labels))
}

/** Null where times were measured, or none. */
function noTimesMessageOf(view: RecordView, objective: ObjectivePlan, { observed }: Finding): string | null {
  if (observed !== null || !isMostlyErrors(view, objective)) return null
  const counts = view.counts(objective.labels)
  return `not judged, only ${formatCount(counts.ok)} of ${formatAmount(completedOf(counts), 'request')} ended ok and the times of errors are not comparable`
}

function messageOf(
  { minSamples, unit, metric }: ObjectivePlan,
  { outcome, observed, isAtLeast, sampleCount, effectiveCount }: Finding,
): string {
  if (observed === null) return 'not measured'
  const value = `${isAtLeast ? 'at least ' : ''}${formatInUnit(observed, unit)}`
  const samples = formatAmount(sampleCount, 'sample')
  if (outcome === 'no-data' && metricOf({ metric }).value.kind === 'gauge')
    return `only ${formatAmount(sampleCount, 'second')} with a figure, ${minSamples} needed (minSamples)`
  if (outcome === 'no-data') return `only ${samples}, ${minSamples} needed`
  if (outcome === 'unproven')
    return `observed ${value}, but ${samples}${worthText(sampleCount, effectiveCount)} do not prove it either way`
  return `observed ${value} (${samples})`
}

/** Said where neighbours that share their seconds make a difference. */
function worthText(sampleCount: number, effectiveCount: number | null): string {
  if (effectiveCount === null || effectiveCount > 0.9 * sampleCount) return ''
  return ` (worth ${formatCount(Math.max(1, effectiveCount))} independent ones)`
}
