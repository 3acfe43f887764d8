/** A change of state as people and other systems are told of it. */
import { formatDurationMs, formatInUnit } from '../../base/units.ts'
import type { Alert } from '../../model/alert.ts'
import type { ObjectiveEvent, ObjectiveStateName } from '../../model/enforcement.ts'
import type { ObjectivePlan } from '../../model/plan.ts'
import type { RunRecord } from '../../model/run-record.ts'
import { culpritOf, percent } from '../culprit.ts'
import { sampleCountOf, unitOf } from '../evaluate.ts'
import type { MeasuredView } from '../measured-view.ts'
import { metricValue } from '../metric-values.ts'
import { isAbout, ordinalsOf } from '../ordinals.ts'
import { saturatedResource } from '../saturated-resource.ts'
import type { Transition } from './objective-monitor.ts'

/** The run that an event is about. */
export interface EventSource {
  readonly runId: string
  readonly scenario: string
  readonly correlationId: string
}

/** @param at ISO 8601 */
export function objectiveEventOf(
  { objective, ordinal, from, to, atMs, view }: Transition,
  { runId, correlationId }: EventSource,
  at: string,
): ObjectiveEvent {
  return {
    at,
    atMs,
    runId,
    correlationId,
    expect: objective.expect,
    ordinal,
    from,
    to,
    severity: objective.severity,
    observed: metricValue(view, objective),
    bound: objective.bound,
    unit: unitOf(objective),
    windowMs: objective.watch?.windowMs ?? null,
    sampleCount: sampleCountOf(view, objective),
    annotations: isBad(to) ? annotationsOf(view, objective) : {},
  }
}

/** What is told when an objective begins to fire or is well again; null for every other change. */
export function objectiveAlertOf(
  event: ObjectiveEvent,
  { owner, runbook }: Pick<ObjectivePlan, 'owner' | 'runbook'>,
  { runId, scenario, correlationId }: EventSource,
): Alert | null {
  const isFiring = event.from === 'pending' && event.to === 'firing'
  const isResolved = event.from === 'recovering' && event.to === 'ok'
  if (!isFiring && !isResolved) return null
  return {
    kind: 'objective',
    status: isFiring ? 'firing' : 'resolved',
    severity: event.severity,
    dedupeKey: objectiveKeyOf(runId, event.expect, event.ordinal),
    runId,
    scenario,
    correlationId,
    at: event.at,
    summary: `${scenario}: ${objectiveEventText(event)}`,
    expect: event.expect,
    observed: event.observed,
    bound: event.bound,
    unit: event.unit,
    sampleCount: event.sampleCount,
    owner,
    runbook,
    annotations: event.annotations,
  }
}

/** The dedupe key of the alerts of an objective. @param ordinal its place among those that read the same */
export function objectiveKeyOf(runId: string, expect: string, ordinal: number | null | undefined): string {
  return `${runId}/${expect}${ordinal ? ` (${ordinal + 1})` : ''}`
}

/** Of the objectives that had been told to fire, and not to be well again, when the load of a run ended. */
export function firingAlerts({ plan, enforcement, ...source }: RunRecord): Alert[] {
  const last = new Map<string, Alert>()
  const ordinals = ordinalsOf(plan.objectives)
  for (const event of enforcement?.events ?? []) {
    const objective = plan.objectives.find((each, i) => isAbout(event, each.expect, ordinals[i]))
    const alert = objective === undefined ? null : objectiveAlertOf(event, objective, source)
    if (alert !== null) last.set(alert.dedupeKey, alert)
  }
  return [...last.values()].filter(({ status }) => status === 'firing')
}

/** `p99(response_time) < 100ms is firing: 812ms over the last 10s (431 samples; component llm, target CPU 97 %)` */
export function objectiveEventText(event: ObjectiveEvent): string {
  const value = event.observed === null ? 'no answer' : formatInUnit(event.observed, event.unit)
  const stretch = event.windowMs === null ? 'lately' : `over the last ${formatDurationMs(event.windowMs)}`
  const where = Object.entries(event.annotations).map(([name, value]) => `${name} ${value}`)
  const details = [`${event.sampleCount} samples`, ...where]
  return `${event.expect} is ${event.to}: ${value} ${stretch} (${details.join('; ')})`
}

function isBad(state: ObjectiveStateName): boolean {
  return state === 'pending' || state === 'firing'
}

/** Where to look, as far as these seconds tell. */
function annotationsOf(view: MeasuredView, objective: ObjectivePlan): ObjectiveEvent['annotations'] {
  const saturated = saturatedResource(view.intervals)
  const { step, component, resource } = culpritOf(view, objective, saturated, [])
  const limit = saturated === null ? resource : `${saturated.name} (${percent(saturated.ratio)})`
  return Object.fromEntries(
    Object.entries({ step, component, resource: limit }).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    ),
  )
}
