/**
 * An objective against a record. Percentiles, shares and request ratios are claims about a share of requests and are
 * judged by the exact binomial with a design effect: met (proven), missed (violated) or unproven. Everything else is
 * judged by its value.
 */

import { formatAmount, formatCount, formatInUnit } from '../base/units.ts'
import { completedOf } from '../measure/counts.ts'
import { demandOf } from '../model/demand.ts'
import { holds } from '../model/holds.ts'
import type { ObjectiveResult } from '../model/objective-result.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import { unbrokenText } from '../text/breach-text.ts'
import { breachedStretch, excesses } from './breach-stretch.ts'
import { claimFinding } from './claim-finding.ts'
import type { BudgetInterval } from './error-budget.ts'
import { exceedanceSeries } from './exceedance-series.ts'
import { type Finding, NO_DATA } from './finding.ts'
import type { IntervalView } from './interval-view.ts'
import type { MeasuredView } from './measured-view.ts'
import { isMostlyErrors, metricValue, secondsKnown } from './metric-values.ts'
import { isAboutVisuals, metricOf } from './metrics/catalogue.ts'
import type { RecordView } from './record-view.ts'
import { type ShareClaim, shareClaimOf } from './share-claim.ts'
import { visualOf, visualText } from './visual-findings.ts'

/** @param intervals those of the view, one by one */
export function evaluateObjective(
  view: RecordView,
  objective: ObjectivePlan,
  intervals: readonly IntervalView[],
): ObjectiveResult {
  const found = enoughSamples(findingOf(view, objective, intervals), objective)
  const { fn, metric, labels, within } = objective
  const breached = breachedStretch(intervals, excesses(view, intervals, objective))
  return {
    ...demandOf(objective),
    fn,
    metric,
    labels,
    within,
    outcome: found.outcome,
    observed: found.observed,
    isAtLeast: found.isAtLeast,
    interval: found.interval,
    severity: objective.severity,
    role: objective.role,
    sampleCount: found.sampleCount,
    effectiveSampleCount: found.effectiveSampleCount,
    builtIn: objective.builtIn,
    message:
      visualMessageOf(view, objective) ??
      noTimesMessageOf(view, objective, found) ??
      messageOf(objective, found, breached),
    budget: found.budget,
    breached,
  }
}

function findingOf(view: RecordView, objective: ObjectivePlan, intervals: readonly IntervalView[]): Finding {
  const claim = shareClaimOf(view, objective)
  if (claim === null) return valueFinding(view, objective)
  const series = exceedanceSeries(intervals, objective, claim) ?? [wholeOf(intervals, claim)]
  return claimFinding(view, objective, claim, series)
}

/** The outcome with more requests than were counted, all bad or all good; null for what is no claim about a share of requests. */
export function outcomeWith(
  view: RecordView,
  objective: ObjectivePlan,
  intervals: readonly IntervalView[],
  { unknown, isBad }: { readonly unknown: number; readonly isBad: boolean },
): Finding['outcome'] | null {
  const claim = shareClaimOf(view, objective)
  if (claim === null) return null
  const series = exceedanceSeries(intervals, objective, claim) ?? [wholeOf(intervals, claim)]
  const against = isBad === claim.atMost ? unknown : 0
  return claimFinding(view, objective, { ...claim, k: claim.k + against, n: claim.n + unknown }, series)
    .outcome
}

/** The run as one interval, for what has no series: design effect 1. */
function wholeOf(intervals: readonly IntervalView[], { k, n }: ShareClaim): BudgetInterval {
  return { startMs: intervals[0]?.startMs ?? 0, endMs: intervals.at(-1)?.endMs ?? 0, over: k, total: n }
}

function enoughSamples(found: Finding, { minSamples }: ObjectivePlan): Finding {
  if (found.observed === null) return { ...found, outcome: 'no-data' }
  return found.sampleCount < minSamples ? { ...found, outcome: 'no-data' } : found
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
    effectiveSampleCount: null,
    budget: null,
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
  const { value } = metricOf(objective)
  if (value.kind === 'gauge') return secondsKnown(view, objective)
  if (value.kind === 'ratio' && value.from === 'run' && value.samples !== undefined)
    return value.samples(view, objective.labels)
  return shareClaimOf(view, objective)?.n ?? completedOf(view.counts(objective.labels))
}

/** Null where times were measured, or none. */
function noTimesMessageOf(view: RecordView, objective: ObjectivePlan, { observed }: Finding): string | null {
  if (observed !== null || !isMostlyErrors(view, objective)) return null
  const counts = view.counts(objective.labels)
  return `not judged, only ${formatCount(counts.ok)} of ${formatAmount(completedOf(counts), 'request')} ended ok and the times of errors are not comparable`
}

function messageOf(
  objective: ObjectivePlan,
  { outcome, observed, isAtLeast, interval, sampleCount, effectiveSampleCount }: Finding,
  breached: ObjectiveResult['breached'],
): string {
  if (observed === null) return 'not measured'
  const { minSamples, unit, op } = objective
  const value = `${isAtLeast ? 'at least ' : ''}${formatInUnit(observed, unit)}`
  const samples = formatAmount(sampleCount, 'sample')
  if (outcome === 'no-data' && metricOf(objective).value.kind === 'gauge')
    return `only ${formatAmount(sampleCount, 'second')} with a figure, ${minSamples} needed (minSamples)`
  if (outcome === 'no-data') return `only ${samples}, ${minSamples} needed`
  if (outcome === 'unproven')
    return `observed ${value}, but ${samples}${worthText(sampleCount, effectiveSampleCount)} do not prove it either way`
  // Of samples too few for an interval, what decided.
  const isTold = outcome === 'missed' && interval === null && effectiveSampleCount !== null
  const unbroken = isTold ? unbrokenText({ op, breached }) : ''
  return `observed ${value} (${samples})${unbroken === '' ? '' : `, ${unbroken}`}`
}

/** Said where neighbours that share their seconds make a difference. */
function worthText(sampleCount: number, effectiveCount: number | null): string {
  if (effectiveCount === null || effectiveCount > 0.9 * sampleCount) return ''
  return ` (worth ${formatCount(Math.max(1, effectiveCount))} independent ones)`
}
