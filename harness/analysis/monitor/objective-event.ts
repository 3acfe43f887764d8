/** A change of state as people and other systems are told of it. */
import { type Alert, alertKeyOf } from '../../model/alert.ts'
import { demandOf } from '../../model/demand.ts'
import type { ObjectiveEvent, ObjectiveStateName } from '../../model/enforcement.ts'
import type { ObjectivePlan } from '../../model/plan.ts'
import type { RunRecord } from '../../model/run-record.ts'
import { percentText } from '../../text/figure-text.ts'
import { objectiveEventText } from '../../text/objective-event-text.ts'
import { culpritOf } from '../culprit.ts'
import { sampleCountOf } from '../evaluate.ts'
import type { MeasuredView } from '../measured-view.ts'
import { metricValue } from '../metric-values.ts'
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
  { objective, from, to, atMs, sinceMs, view }: Transition,
  { runId, correlationId }: EventSource,
  at: string,
): ObjectiveEvent {
  return {
    at,
    atMs,
    sinceMs,
    runId,
    correlationId,
    ...demandOf(objective),
    from,
    to,
    severity: objective.severity,
    observed: metricValue(view, objective),
    windowMs: objective.watch?.windowMs ?? null,
    sampleCount: sampleCountOf(view, objective),
    annotations: isBad(to) ? annotationsOf(view, objective) : {},
  }
}

/** Returns the alert for an objective that begins to fire or has recovered; null for every other change. */
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
    dedupeKey: alertKeyOf(scenario, 'objective', event.id),
    runId,
    scenario,
    correlationId,
    at: event.at,
    summary: `${scenario}: ${objectiveEventText(event)}`,
    objective: demandOf(event),
    observed: event.observed,
    sampleCount: event.sampleCount,
    owner,
    runbook,
    annotations: event.annotations,
  }
}

/** Returns the alerts of objectives that were firing when the load of a run ended. */
export function firingAlerts({ plan, enforcement, ...source }: RunRecord): Alert[] {
  const last = new Map<string, Alert>()
  for (const event of enforcement?.events ?? []) {
    const objective = plan.objectives.find(({ id }) => id === event.id)
    const alert = objective === undefined ? null : objectiveAlertOf(event, objective, source)
    if (alert !== null) last.set(alert.dedupeKey, alert)
  }
  return [...last.values()].filter(({ status }) => status === 'firing')
}

function isBad(state: ObjectiveStateName): boolean {
  return state === 'pending' || state === 'firing'
}

/** Returns the places to look at, as far as these seconds show. */
function annotationsOf(view: MeasuredView, objective: ObjectivePlan): ObjectiveEvent['annotations'] {
  const saturated = saturatedResource(view.intervals)
  const { step, component, resource } = culpritOf(view, objective, saturated, [])
  const limit = saturated === null ? resource : `${saturated.name} (${percentText(saturated.ratio)})`
  return Object.fromEntries(
    Object.entries({ step, component, resource: limit }).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    ),
  )
}
