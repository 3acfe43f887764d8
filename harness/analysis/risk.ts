/**
 * The order of risks. Risk exposure = probability x impact (Boehm, Software Risk Management): how much of the run was breached,
 * and how bad that is on a scale of 10. Where an author stated the benefit and the cost of fixing it, ROI = (benefit - cost) /
 * cost, and a positive return is moved up. In a total outage every request is hit until somebody acts, however short a part of the
 * run it was: its exposure is that of what is critical and always there.
 */
import type { Comparison } from '../model/comparison.ts'
import { demandOf, gateDemand } from '../model/demand.ts'
import type { ObjectiveResult } from '../model/objective-result.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import type { Priority, Risk, Severity, VerdictReason } from '../model/verdict.ts'
import { titleOf } from '../text/demand-text.ts'
import { percentText } from '../text/figure-text.ts'
import { excesses } from './breach-stretch.ts'
import { culpritOf } from './culprit.ts'
import type { IntervalView } from './interval-view.ts'
import { metricOf } from './metrics/catalogue.ts'
import { isOutage } from './outage.ts'
import type { RecordView } from './record-view.ts'
import { saturatedResource } from './saturated-resource.ts'

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
export function inOrder<Of extends Risk>(risks: readonly Of[]): Of[] {
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
  const isTotal = isOfService(objective) && isOutage(view, intervals, objective.labels['step'])
  const stated = objective.impact ?? IMPACT_BY_SEVERITY[objective.severity]
  const probability = breached.share
  const impact = isTotal ? Math.max(stated, IMPACT_BY_SEVERITY.critical) : stated
  const saturated = saturatedResource(breached.intervals.flatMap((interval) => interval.view.intervals))
  const { step, component, resource, recommendation } = culpritOf(view, objective, saturated, invalid)
  return {
    ...demandOf(objective),
    ...exposureOf(isTotal ? 1 : probability, impact),
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

/** Returns true for an objective on how requests end or how long they take: what an outage breaks. */
function isOfService(objective: ObjectivePlan): boolean {
  const { isAboutAnswers, replaces } = metricOf(objective)
  return isAboutAnswers || replaces !== null
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
  const excess = excesses(view, intervals, objective)
  const known = excess.filter((each) => each !== null).length
  const breached = intervals.filter((_, i) => (excess[i] ?? 0) > 0)
  return breached.length === 0
    ? { share: 1, intervals }
    : { share: breached.length / known, intervals: breached }
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
