/**
 * An objective against a record. Percentiles, shares and request ratios are claims about a share of requests and are
 * judged by the exact binomial with a design effect: met (proven), missed (violated) or unproven. Everything else is
 * judged by its value.
 */

import { Histogram } from '../base/histogram.ts'
import { formatCount, formatInUnit } from '../base/units.ts'
import type { CellMetric } from '../model/interval-snapshot.ts'
import { METRICS } from '../model/metric-catalogue.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import type { ObjectiveResult } from '../model/verdict.ts'
import { judgeShare, type ShareInterval, shareInterval } from './binomial.ts'
import { designEffect, type Exceedances } from './design-effect.ts'
import { completedOf } from './measured-view.ts'
import { metricValue, quantileOf } from './metric-values.ts'
import type { RecordView } from './record-view.ts'
import { claimBoundUs, type ShareClaim, shareClaimOf } from './share-claim.ts'

/** What the judgement of one objective rests on. */
interface Finding {
  readonly outcome: ObjectiveResult['outcome']
  readonly observed: number | null
  readonly interval: readonly [number, number] | null
  readonly sampleCount: number
  /** What the samples are worth as independent ones; null where that is not asked. */
  readonly effectiveCount: number | null
}

export function evaluateObjective(view: RecordView, objective: ObjectivePlan): ObjectiveResult {
  const found = enoughSamples(findingOf(view, objective), objective)
  const unit = unitOf(objective)
  return {
    expect: objective.expect,
    outcome: found.outcome,
    observed: found.observed,
    bound: objective.bound,
    unit,
    interval: found.interval === null ? null : [...found.interval],
    severity: objective.severity,
    role: objective.role,
    sampleCount: found.sampleCount,
    effectiveSampleCount: found.effectiveCount,
    builtIn: objective.builtIn,
    message: messageOf(objective, found, unit),
  }
}

function findingOf(view: RecordView, objective: ObjectivePlan): Finding {
  const claim = shareClaimOf(view, objective)
  return claim === null ? valueFinding(view, objective) : claimFinding(view, objective, claim)
}

function enoughSamples(found: Finding, { minSamples }: ObjectivePlan): Finding {
  if (found.observed === null) return { ...found, outcome: 'no-data' }
  return found.sampleCount < minSamples ? { ...found, outcome: 'no-data' } : found
}

const NO_DATA: Finding = {
  outcome: 'no-data',
  observed: null,
  interval: null,
  sampleCount: 0,
  effectiveCount: null,
}

function claimFinding(view: RecordView, objective: ObjectivePlan, claim: ShareClaim): Finding {
  const { k, n, allowed, atMost } = claim
  if (n === 0) return NO_DATA
  const effect = designEffect(
    claim.kind === 'ratio'
      ? errorSeries(view, objective)
      : exceedanceSeries(view, objective, claimBoundUs(objective)),
  )
  const judged = judgeShare(k, n, allowed, effect)
  return {
    outcome: outcomeOf(judged.claim, atMost),
    ...observedOf(view, objective, claim, judged, n / effect),
    sampleCount: n,
    effectiveCount: n / effect,
  }
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
): Pick<Finding, 'observed' | 'interval'> {
  if (kind === 'ratio') return { observed: k / n, interval: [lower, upper] }
  if (kind === 'share') return { observed: 1 - k / n, interval: [1 - upper, 1 - lower] }
  const quantile = quantileOf(fn) as number
  const histogram = view.histogram(metric as CellMetric, labels)
  return {
    observed: histogram.quantileUs(quantile) / 1000,
    interval: quantileInterval(histogram, quantile, effectiveCount),
  }
}

/** Interval of a quantile, ms: the quantiles at the bounds of the share below it, for the effective sample size. */
function quantileInterval(histogram: Histogram, quantile: number, effectiveCount: number): [number, number] {
  const { lower, upper } = shareInterval(quantile * effectiveCount, effectiveCount)
  return [histogram.quantileUs(lower) / 1000, histogram.quantileUs(upper) / 1000]
}

function valueFinding(view: RecordView, objective: ObjectivePlan): Finding {
  const observed = metricValue(view, objective)
  if (observed === null) return NO_DATA
  return {
    outcome: holds(observed, objective.op, objective.bound) ? 'met' : 'missed',
    observed,
    interval: null,
    sampleCount: sampleCountOf(view, objective),
    effectiveCount: null,
  }
}

/** Whether a value keeps to a bound. */
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

function sampleCountOf(view: RecordView, objective: ObjectivePlan): number {
  const metric = METRICS.get(objective.metric)
  if (metric?.kind === 'gauge') return view.intervals.length
  return completedOf(view.counts(objective.labels))
}

/** Exceedances by interval: response times of the objective's steps. Other distributions have no series: design effect 1. */
function exceedanceSeries(
  view: RecordView,
  { metric, labels }: ObjectivePlan,
  boundUs: number,
): Exceedances[] {
  if (metric !== 'response_time') return []
  return stepSeries(view, labels['step'], (step) => {
    const histogram = step.hdr === null ? new Histogram() : Histogram.decode(step.hdr)
    return { over: histogram.countOver(boundUs), total: histogram.count }
  })
}

function errorSeries(view: RecordView, { labels }: ObjectivePlan): Exceedances[] {
  return stepSeries(view, labels['step'], (step) => ({
    over: step.failed + step.errored + step.timedOut,
    total: completedOf(step),
  }))
}

type IntervalStep = RecordView['intervals'][number]['steps'][string]

function stepSeries(
  view: RecordView,
  only: string | undefined,
  read: (step: IntervalStep) => Exceedances,
): Exceedances[] {
  return view.intervals.map((interval) => {
    let over = 0
    let total = 0
    for (const [name, step] of Object.entries(interval.steps)) {
      if (only !== undefined && name !== only) continue
      const seen = read(step)
      over += seen.over
      total += seen.total
    }
    return { over, total }
  })
}

function unitOf({ fn, metric }: ObjectivePlan): string {
  if (fn === 'share') return 'ratio'
  if (fn === 'count') return 'count'
  return METRICS.get(metric)?.unit ?? ''
}

function messageOf(
  objective: ObjectivePlan,
  { outcome, observed, sampleCount, effectiveCount }: Finding,
  unit: string,
): string {
  if (observed === null) return `${objective.expect}: nobody measured it`
  const value = formatInUnit(observed, unit)
  const samples = `${sampleCount} samples`
  if (outcome === 'no-data') return `${objective.expect}: only ${samples}, ${objective.minSamples} needed`
  if (outcome === 'unproven')
    return `${objective.expect}: observed ${value}, but ${samples}${worthText(sampleCount, effectiveCount)} do not prove it either way`
  return `${objective.expect}: observed ${value} (${samples})`
}

/** Said where neighbours that share their seconds make a difference. */
function worthText(sampleCount: number, effectiveCount: number | null): string {
  if (effectiveCount === null || effectiveCount > 0.9 * sampleCount) return ''
  return ` (worth ${formatCount(effectiveCount)} independent ones)`
}
