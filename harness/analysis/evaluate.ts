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
import { judgeShare, shareInterval } from './binomial.ts'
import { designEffect, type Exceedances } from './design-effect.ts'
import { countRatio, exceedancesOf, metricValue, quantileOf } from './metric-values.ts'
import { completedOf, type RecordView } from './record-view.ts'

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
  const quantile = quantileOf(objective.fn)
  if (quantile !== undefined) return percentileFinding(view, objective, quantile)
  if (objective.fn === 'share') return shareFinding(view, objective)
  const ratio = objective.fn === 'value' ? countRatio(view, objective.metric, objective.labels) : null
  if (ratio !== null) return ratioFinding(view, objective, ratio)
  return valueFinding(view, objective)
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

/** `p99(m) < b` says that at most 1 % of observations exceed b; `p99(m) > b` that at least 1 % do. */
function percentileFinding(view: RecordView, objective: ObjectivePlan, quantile: number): Finding {
  const histogram = view.histogram(objective.metric as CellMetric, objective.labels)
  const n = histogram.count
  if (n === 0) return NO_DATA
  const boundUs = objective.bound * 1000
  const effect = designEffect(exceedanceSeries(view, objective, boundUs))
  const judged = judgeShare(
    view.countOver(objective.metric as CellMetric, objective.labels, boundUs),
    n,
    1 - quantile,
    effect,
  )
  const wantsLess = objective.op === '<' || objective.op === '<='
  return {
    outcome: outcomeOf(judged.claim, wantsLess),
    observed: histogram.quantileUs(quantile) / 1000,
    interval: quantileInterval(histogram, quantile, n / effect),
    sampleCount: n,
    effectiveCount: n / effect,
  }
}

function outcomeOf(
  claim: 'proven' | 'violated' | 'unproven',
  wantsLess: boolean,
): ObjectiveResult['outcome'] {
  if (claim === 'unproven') return 'unproven'
  return (claim === 'proven') === wantsLess ? 'met' : 'missed'
}

/** Interval of a quantile, ms: the quantiles at the bounds of the share below it, for the effective sample size. */
function quantileInterval(histogram: Histogram, quantile: number, effectiveCount: number): [number, number] {
  const { lower, upper } = shareInterval(quantile * effectiveCount, effectiveCount)
  return [histogram.quantileUs(lower) / 1000, histogram.quantileUs(upper) / 1000]
}

/** `share(m <= b) >= s` says that at most 1 - s are not within. */
function shareFinding(view: RecordView, objective: ObjectivePlan): Finding {
  const n = view.histogram(objective.metric as CellMetric, objective.labels).count
  if (n === 0) return NO_DATA
  const k = exceedancesOf(view, objective)
  const effect = designEffect(exceedanceSeries(view, objective, (objective.within ?? 0) * 1000))
  const { claim, lower, upper } = judgeShare(k, n, 1 - objective.bound, effect)
  const wantsMore = objective.op === '>' || objective.op === '>='
  return {
    outcome: outcomeOf(claim, wantsMore),
    observed: 1 - k / n,
    interval: [1 - upper, 1 - lower],
    sampleCount: n,
    effectiveCount: n / effect,
  }
}

/** `error_ratio < r` says that at most r of the requests end badly. */
function ratioFinding(
  view: RecordView,
  objective: ObjectivePlan,
  { k, n }: { readonly k: number; readonly n: number },
): Finding {
  if (n === 0) return NO_DATA
  const effect = designEffect(errorSeries(view, objective))
  const { claim, lower, upper } = judgeShare(k, n, objective.bound, effect)
  const wantsLess = objective.op === '<' || objective.op === '<='
  return {
    outcome: outcomeOf(claim, wantsLess),
    observed: k / n,
    interval: [lower, upper],
    sampleCount: n,
    effectiveCount: n / effect,
  }
}

function valueFinding(view: RecordView, objective: ObjectivePlan): Finding {
  const observed = metricValue(view, objective)
  if (observed === null) return NO_DATA
  const holds = compare(observed, objective.op, objective.bound)
  return {
    outcome: holds ? 'met' : 'missed',
    observed,
    interval: null,
    sampleCount: sampleCountOf(view, objective),
    effectiveCount: null,
  }
}

function compare(value: number, op: ObjectivePlan['op'], bound: number): boolean {
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
