/** Consequences of an objective that changes its state: the change is kept, published and alerted; a limit halts all load. */
import { objectiveAlertOf, objectiveEventOf } from '../../analysis/monitor/objective-event.ts'
import type { Transition } from '../../analysis/monitor/objective-monitor.ts'
import { isoOf } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { alertKeyOf } from '../../model/alert.ts'
import { byRun, type Emergency } from '../../model/emergency.ts'
import type { ObjectiveEvent } from '../../model/enforcement.ts'
import type { ObjectivePlan } from '../../model/plan.ts'
import { objectiveEventText } from '../../text/objective-event-text.ts'
import { changeEmergency } from '../state/emergency.ts'
import type { LoadContext } from './load-context.ts'

export interface ObjectiveOutlets {
  readonly onEvent: (event: ObjectiveEvent) => void
  readonly note: (message: string) => void
}

export class ObjectiveReactions {
  readonly #load: LoadContext
  readonly #outlets: ObjectiveOutlets
  readonly #events: ObjectiveEvent[] = []
  /** Pending writes to the state store and the event bus. */
  readonly #pending: Promise<void>[] = []

  constructor(load: LoadContext, outlets: ObjectiveOutlets) {
    this.#load = load
    this.#outlets = outlets
  }

  /** Events so far. */
  get events(): ObjectiveEvent[] {
    return [...this.#events]
  }

  /** Keeps and publishes a change. */
  tell(transition: Transition): ObjectiveEvent {
    const { host, controls, mask, runId, correlationId, plan } = this.#load
    const { onEvent, note } = this.#outlets
    const source = { runId, correlationId, scenario: plan.scenario }
    const event = mask.data(objectiveEventOf(transition, source, isoOf(host.clock.wallMs())))
    this.#events.push(event)
    onEvent(event)
    const { at } = event
    const topic = `run.${runId}.objective`
    const published = controls.bus
      .publish([{ topic, at, correlationId: event.correlationId, data: event }])
      .catch((error: unknown) => note(`events cannot be published: ${messageOf(error)}`))
    this.#pending.push(published)
    return event
  }

  /** Raises the alert of a change, where it has one. */
  alert(event: ObjectiveEvent, objective: ObjectivePlan): void {
    const alert = this.#alertOf(event, objective)
    if (alert !== null) this.#load.controls.alerting.raise(alert)
  }

  /** Halts load on the whole state store, because a limit fires. */
  haltEverywhere(event: ObjectiveEvent, limit: ObjectivePlan): void {
    const { store, controls, host, runId, correlationId, plan } = this.#load
    const { note } = this.#outlets
    const reason = `limit: ${objectiveEventText(event)}`
    const alert = this.#alertOf(event, limit)
    if (alert !== null)
      controls.alerting.raise({
        ...alert,
        kind: 'emergency',
        severity: 'critical',
        dedupeKey: alertKeyOf(plan.scenario, 'emergency', event.id),
        summary: `${plan.scenario}: load is halted everywhere, ${reason}`,
      })
    const wanted: Emergency = {
      state: 'HALT',
      by: byRun(runId),
      reason,
      at: isoOf(host.clock.wallMs()),
      correlationId,
    }
    this.#pending.push(
      changeEmergency(store, controls.bus, wanted).then(
        ({ troubles }) => troubles.forEach(note),
        (error: unknown) => note(`the halt could not be written: ${messageOf(error)}`),
      ),
    )
  }

  /** Resolves when nothing is pending. Never rejects. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending)
  }

  #alertOf(event: ObjectiveEvent, objective: ObjectivePlan) {
    const { runId, correlationId, plan } = this.#load
    return objectiveAlertOf(event, objective, { runId, correlationId, scenario: plan.scenario })
  }
}
