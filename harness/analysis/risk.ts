/**
 * The order of risks. Risk exposure = probability x impact (Boehm, Software Risk Management): how much of the run was breached,
 * and how bad that is on a scale of 10. Where an author stated the benefit and the cost of fixing it, ROI = (benefit - cost) /
 * cost, and a positive return is moved up.
 */
import type { Comparison } from '../model/comparison.ts'
import { demandOf, gateDemand } from '../model/demand.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import type { ObjectiveResult, Priority, Risk, Severity, VerdictReason } from '../model/verdict.ts'
import { titleOf } from '../text/demand-text.ts'
import { percentText } from '../text/figure-text.ts'
import { culpritOf } from './culprit.ts'
import { exceedanceSeries } from './exceedance-series.ts'
import type { IntervalView } from './interval-view.ts'
import { breachByValue } from './monitor/evidence.ts'
import type { RecordView } from './record-view.ts'
import { saturatedResource } from './saturated-resource.ts'
import { shareClaimOf } from './share-claim.ts'

/** Impact of a miss whose objective does not say. */
export const IMPACT_BY_SEVERITY: Readonly<Record<Severity, number>> = {
  info: 1,
  warning: 3,
  major: 6,
  critical: 9,
}

/** Smallest exposure of each priority. */
const PRIORITY_FROM: readonly (readonly [number, Priority])[] = [
  [7, 'critical'],
  [5, 'high'],
  [3, 'medium'],
]

/** The bonus of a positive ROI on the exposure, for the order only. */
const ROI_BONUS = 2

/** The minimum share of the time added to a request that names a component. */
const BLAMED_SHARE = 0.5

/** The judged objectives and comparison. */
export interface Judged {
  readonly view: RecordView
  readonly intervals: readonly IntervalView[]
  readonly objectives: readonly ObjectivePlan[]
  /** In the order of the objectives. */
  readonly results: readonly ObjectiveResult[]
  readonly comparison: Comparison | null
  /** The reasons why the instrument is unreliable. */
  readonly invalid: readonly VerdictReason[]
}

/** Missed objectives and confirmed regressions, the one to look at first first. */
export function risksOf(judged: Judged): Risk[] {
  const missed = judged.objectives.filter((_, i) => judged.results[i]?.outcome === 'missed')
  return inOrder([
    ...missed.map((objective) => objectiveRisk(judged, objective)),
    ...regressionRisks(judged.comparison),
  ])
}

/** By exposure and what pays; what is alike by its title. */
export function inOrder(risks: readonly Risk[]): Risk[] {
  return [...risks].sort((a, b) => rankOf(b) - rankOf(a) || compareTexts(titleOf(a), titleOf(b)))
}

function rankOf({ exposure, roi }: Risk): number {
  return exposure + (roi !== null && roi > 0 ? ROI_BONUS : 0)
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function exposureOf(probability: number, impact: number): Pick<Risk, 'exposure' | 'priority'> {
  const exposure = probability * impact
  return { exposure, priority: PRIORITY_FROM.find(([from]) => exposure >= from)?.[1] ?? 'low' }
}

function objectiveRisk({ view, intervals, invalid }: Judged, objective: ObjectivePlan): Risk {
  const breached = breachedIntervals(view, intervals, objective)
  const probability = breached.share
  const impact = objective.impact ?? IMPACT_BY_SEVERITY[objective.severity]
  const saturated = saturatedResource(breached.intervals.flatMap((interval) => interval.view.intervals))
  const { step, component, resource, recommendation } = culpritOf(view, objective, saturated, invalid)
  return {
    ...demandOf(objective),
    ...exposureOf(probability, impact),
    probability,
    impact,
    roi: roiOf(objective),
    recommendation,
    step,
    component,
    resource,
    owner: objective.owner,
    runbook: objective.runbook,
    severity: objective.severity,
  }
}

function roiOf({ benefit, cost }: ObjectivePlan): number | null {
  return benefit === null || cost === null ? null : (benefit - cost) / cost
}

interface Breached {
  /** The share of the intervals that can be judged. */
  readonly share: number
  readonly intervals: readonly IntervalView[]
}

/** Returns the breached intervals; all of them when intervals cannot be judged, or none alone shows what the whole does. */
function breachedIntervals(
  view: RecordView,
  intervals: readonly IntervalView[],
  objective: ObjectivePlan,
): Breached {
  const breaches = breachesOf(view, intervals, objective)
  const known = breaches.filter((isBreached) => isBreached !== null).length
  const breached = intervals.filter((_, i) => breaches[i] === true)
  return breached.length === 0
    ? { share: 1, intervals }
    : { share: breached.length / known, intervals: breached }
}

/** Judges each interval alone; null when it cannot be judged. */
function breachesOf(
  view: RecordView,
  intervals: readonly IntervalView[],
  objective: ObjectivePlan,
): readonly (boolean | null)[] {
  const claim = shareClaimOf(view, objective)
  if (claim === null) return intervals.map((interval) => breachOf(interval, objective))
  const series = exceedanceSeries(intervals, objective, claim) ?? []
  return series.map(({ over, total }) => {
    if (total === 0) return null
    return claim.atMost ? over > claim.allowed * total : over < claim.allowed * total
  })
}

/** A total of the whole run has no meaning for a second of it. */
function breachOf({ view }: IntervalView, objective: ObjectivePlan): boolean | null {
  const breach = objective.fn === 'count' ? 'unknown' : breachByValue(view, objective)
  return breach === 'unknown' ? null : breach === 'yes'
}

/** A regression is one of the whole run: there is no part of it in which it did not happen. */
function regressionRisks(comparison: Comparison | null): Risk[] {
  if (comparison === null) return []
  const name = comparison.baseline ?? 'the baseline'
  return comparison.checks
    .filter(({ state }) => state === 'REGRESSED')
    .map(({ metric, step }) => {
      const impact = IMPACT_BY_SEVERITY.critical
      const worst = worstComponent(comparison, metric)
      return {
        ...gateDemand({ metric, step }, comparison.baseline),
        ...exposureOf(1, impact),
        probability: 1,
        impact,
        roi: null,
        recommendation: regressionAdvice(step, worst, name),
        step,
        component: worst?.component ?? null,
        resource: null,
        owner: null,
        runbook: null,
        severity: 'critical' as const,
      }
    })
}

type SlowerComponent = Comparison['components'][number]

/** The component that added most of the time; null when none did, and for what is no time. */
function worstComponent(
  { components }: Comparison,
  metric: Comparison['checks'][number]['metric'],
): SlowerComponent | null {
  if (metric === 'error_ratio' || metric === 'throughput') return null
  return components.find(({ share }) => share >= BLAMED_SHARE) ?? null
}

function regressionAdvice(step: string | null, worst: SlowerComponent | null, name: string): string {
  const place = step === null ? '' : ` of step '${step}'`
  if (worst === null) return `look at what changed${place} since ${name} first`
  return `look at component '${worst.component}'${place} first: it makes up ${percentText(worst.share)} of the time that was added`
}
