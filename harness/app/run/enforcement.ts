/**
 * Enforces objectives while load runs. Every second the monitor looks; changes of state are kept, published and alerted;
 * an objective that may abort ends the load, a limit halts all load on the state store, and a halt that anybody sets ends
 * this load too. Nothing in here can slow a run, or end it by failing.
 */
import type { MeasuredView } from '../../analysis/measured-view.ts'
import { liveIntervalOf } from '../../analysis/monitor/live-interval.ts'
import {
  type EventSource,
  objectiveAlertOf,
  objectiveEventOf,
  objectiveEventText,
} from '../../analysis/monitor/objective-event.ts'
import { ObjectiveMonitor, type Transition } from '../../analysis/monitor/objective-monitor.ts'
import { type Clock, isoOf } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { completedOf } from '../../measure/counts.ts'
import { demandOf } from '../../model/demand.ts'
import { byRun, type Emergency, stopsLoad } from '../../model/emergency.ts'
import type { EnforcementRecord, ObjectiveEvent, Stop } from '../../model/enforcement.ts'
import type { IntervalSnapshot } from '../../model/interval-snapshot.ts'
import type { MergedInterval } from '../../model/merged-interval.ts'
import type { RunPlan } from '../../model/plan.ts'
import { isGate, type ObjectivePlan } from '../../model/plan.ts'
import type { EventBus } from '../../ports/event-bus.ts'
import type { StateStore } from '../../ports/state-store.ts'
import type { Alerting } from './alerting.ts'
import { changeEmergency, watchEmergency } from './emergency.ts'
import type { RunMask } from './run-mask.ts'

/** HALT stops load within a second. */
const EMERGENCY_LOOK_MS = 250

export interface EnforcementRequest {
  readonly plan: RunPlan
  readonly source: EventSource
  readonly clock: Clock
  readonly store: StateStore
  readonly bus: EventBus
  readonly alerting: Alerting
  /** False: only halts by others are heeded. */
  readonly isWatching: boolean
  /** Who sets a halt that does not end this load; null: every halt does. */
  readonly unheeded: string | null
  /** Whether an objective that asks for a rollback ends the load, so that the rollback can begin. */
  readonly isArmed: boolean
  /** Ends the load. Called once. */
  readonly stop: (stop: Stop, mode: 'drain' | 'abort') => void
  /** Through which events go to everybody: journal, bus, alerts. */
  readonly mask: Pick<RunMask, 'data'>
  readonly onEvent: (event: ObjectiveEvent) => void
  readonly note: (message: string) => void
}

export class Enforcement {
  readonly #request: EnforcementRequest
  readonly #objectives: ObjectiveMonitor
  readonly #limits: ObjectiveMonitor
  /** For limits, which guard the warm-up too. */
  readonly #unphased: RunPlan
  readonly #endWatch: () => void
  readonly #events: ObjectiveEvent[] = []
  /** What is being written and published. */
  readonly #told: Promise<void>[] = []
  /** Objectives that fire and ask for a rollback. */
  readonly #asking = new Map<
    ObjectivePlan,
    { readonly transition: Transition; readonly event: ObjectiveEvent }
  >()
  #nowMs = 0
  #stop: Stop | null = null

  constructor(request: EnforcementRequest) {
    const { plan, store, clock, note, isWatching } = request
    this.#request = request
    this.#objectives = new ObjectiveMonitor(plan, isWatching ? plan.objectives : [])
    this.#unphased = { ...plan, phases: plan.phases.map((phase) => ({ ...phase, measured: true })) }
    this.#limits = new ObjectiveMonitor(this.#unphased, isWatching ? plan.limits : [], false)
    this.#endWatch = watchEmergency(
      store,
      clock,
      EMERGENCY_LOOK_MS,
      (emergency) => this.#onEmergency(emergency),
      note,
    )
  }

  /** What happened so far; of the alerts nothing is known before they are all sent. */
  get record(): EnforcementRecord {
    return { events: [...this.#events], stop: this.#stop, alerts: null }
  }

  /** One more second. @param wholeOf everything so far, for the phases of a plan */
  observe(
    snapshots: readonly IntervalSnapshot[],
    merged: MergedInterval,
    wholeOf: (plan: RunPlan) => MeasuredView,
  ): void {
    const { plan } = this.#request
    // What drains is no load: nothing new is begun, and throughput falls as it has to.
    if (this.#stop !== null || merged.startMs >= plan.durationMs) return
    this.#nowMs = merged.endMs
    const whole = () => wholeOf(plan)
    const interval = liveIntervalOf(snapshots, merged)
    const { transitions, doubt } = this.#objectives.observe(interval, whole)
    if (doubt !== null)
      this.#request.note(`breaches are not believed while the generator is in doubt: ${doubt.code}`)
    for (const transition of transitions) this.#onObjective(transition)
    this.#rollBackWhenEnough(whole)
    if (this.#stop !== null) return
    const limited = this.#limits.observe(interval, () => wholeOf(this.#unphased))
    for (const transition of limited.transitions) this.#onLimit(transition)
  }

  /** No more looks; resolves when everybody is told, or cannot be. Never rejects. */
  async close(): Promise<void> {
    this.#endWatch()
    await Promise.all(this.#told)
  }

  #onObjective(transition: Transition): void {
    const { objective, to } = transition
    const event = this.#tell(transition)
    const alert = objectiveAlertOf(event, objective, this.#request.source)
    if (alert !== null) this.#request.alerting.raise(alert)
    if (to !== 'firing') this.#asking.delete(objective)
    else if (objective.watch?.abort === true) this.#end('objective', transition, event)
    else if (this.#request.isArmed && objective.rollback !== null && isGate(objective))
      this.#asking.set(objective, { transition, event })
  }

  /** What fires early waits for enough requests. */
  #rollBackWhenEnough(whole: () => MeasuredView): void {
    const [first] = this.#asking.values()
    const { rollback } = this.#request.plan
    if (first === undefined || rollback === null) return
    if (completedOf(whole().counts({})) >= rollback.minRequests)
      this.#end('rollback', first.transition, first.event)
  }

  #onLimit(transition: Transition): void {
    const event = this.#tell(transition)
    if (transition.to !== 'firing' || transition.from !== 'pending') return
    const { store, bus, clock, source, note, alerting } = this.#request
    const reason = `limit: ${objectiveEventText(event)}`
    const alert = objectiveAlertOf(event, transition.objective, source)
    if (alert !== null)
      alerting.raise({
        ...alert,
        kind: 'emergency',
        severity: 'critical',
        dedupeKey: `${source.runId}/limit/${event.id}`,
        summary: `${source.scenario}: load is halted everywhere, ${reason}`,
      })
    this.#end('limit', transition, event)
    const wanted: Emergency = {
      state: 'HALT',
      by: byRun(source.runId),
      reason,
      at: isoOf(clock.wallMs()),
      correlationId: source.correlationId,
    }
    this.#told.push(
      changeEmergency(store, bus, wanted).then(
        ({ troubles }) => troubles.forEach(note),
        (error: unknown) => note(`the halt could not be written: ${messageOf(error)}`),
      ),
    )
  }

  #onEmergency(emergency: Emergency): void {
    const { state, by, reason } = emergency
    if (!stopsLoad(state) || by === this.#request.unheeded) return
    this.#stopOnce(
      {
        by: 'emergency',
        objective: null,
        atMs: this.#nowMs,
        reason: `${state} by ${by}: ${reason}`,
      },
      state === 'SHUTDOWN' ? 'abort' : 'drain',
    )
  }

  #end(by: Stop['by'], { objective, atMs }: Transition, event: ObjectiveEvent): void {
    this.#stopOnce({ by, objective: demandOf(objective), atMs, reason: objectiveEventText(event) }, 'drain')
  }

  #stopOnce(stop: Stop, mode: 'drain' | 'abort'): void {
    if (this.#stop !== null) return
    this.#stop = stop
    this.#request.stop(stop, mode)
  }

  #tell(transition: Transition): ObjectiveEvent {
    const { source, clock, bus, onEvent, note, mask } = this.#request
    const event = mask.data(objectiveEventOf(transition, source, isoOf(clock.wallMs())))
    this.#events.push(event)
    onEvent(event)
    const published = bus
      .publish([
        {
          topic: `run.${source.runId}.objective`,
          at: event.at,
          correlationId: event.correlationId,
          data: event,
        },
      ])
      .catch((error: unknown) => note(`events cannot be published: ${messageOf(error)}`))
    this.#told.push(published)
    return event
  }
}
