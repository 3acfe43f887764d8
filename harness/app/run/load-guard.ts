/**
 * Guards a load while it runs. Every second the monitor looks; changes of state are kept, published and alerted;
 * an objective that may abort ends the load, a limit halts all load on the state store, and a halt that anybody sets ends
 * this load too, as does the loss of a requirement that may. Nothing in here can slow a run, or end it by failing.
 */
import type { MeasuredView } from '../../analysis/measured-view.ts'
import { liveIntervalOf } from '../../analysis/monitor/live-interval.ts'
import { ObjectiveMonitor, type Transition } from '../../analysis/monitor/objective-monitor.ts'
import { isoOf } from '../../base/clock.ts'
import { completedOf } from '../../measure/counts.ts'
import type { Emergency } from '../../model/emergency.ts'
import type { EnforcementRecord, RequirementEvent, Stop } from '../../model/enforcement.ts'
import type { IntervalSnapshot } from '../../model/interval-snapshot.ts'
import type { MergedInterval } from '../../model/merged-interval.ts'
import { isGate, type ObjectivePlan, type RunPlan } from '../../model/plan.ts'
import type { VerdictReason } from '../../model/verdict.ts'
import type { Loss } from '../../ports/load-driver.ts'
import { requirementText } from '../../text/requirement-text.ts'
import { watchEmergency } from '../state/emergency.ts'
import type { LoadContext } from './load-context.ts'
import { stopByHalt, stopByObjective, stopByRequirement } from './load-stop.ts'
import { type ObjectiveOutlets, ObjectiveReactions } from './objective-reactions.ts'
import { type RequirementChange, watchRequirements } from './requirement-watch.ts'

/** HALT stops load within a second, also when no event tells of it. */
const EMERGENCY_LOOK_MS = 250

/** Reactions of a load to its guard. */
export interface GuardOutlets extends ObjectiveOutlets {
  /** Breaches begin not to be believed, or are believed again. */
  readonly onDoubt: (doubt: VerdictReason | null) => void
  /** Ends the load. Called once. */
  readonly endLoad: (stop: Stop, mode: 'drain' | 'abort') => void
  /** Keeps a requirement that was lost or came back. */
  readonly onRequirement: (event: RequirementEvent) => void
}

export class LoadGuard {
  readonly #load: LoadContext
  readonly #outlets: GuardOutlets
  readonly #reactions: ObjectiveReactions
  readonly #objectives: ObjectiveMonitor
  readonly #limits: ObjectiveMonitor
  /** The plan for limits, which guard the warm-up too. */
  readonly #unphased: RunPlan
  readonly #endWatches: readonly (() => void)[]
  readonly #requirements: RequirementEvent[] = []
  /** Stops by objectives that fire and ask for a rollback. */
  readonly #asking = new Map<ObjectivePlan, Stop>()
  #nowMs = 0
  #doubt: VerdictReason | null = null
  #stop: Stop | null = null

  constructor(load: LoadContext, outlets: GuardOutlets) {
    const { plan, controls, store, host } = load
    this.#load = load
    this.#outlets = outlets
    this.#reactions = new ObjectiveReactions(load, outlets)
    this.#objectives = new ObjectiveMonitor(plan, controls.isWatching ? plan.objectives : [])
    this.#unphased = { ...plan, phases: plan.phases.map((phase) => ({ ...phase, measured: true })) }
    this.#limits = new ObjectiveMonitor(this.#unphased, controls.isWatching ? plan.limits : [], false)
    const onEmergency = (emergency: Emergency) => {
      const stop = stopByHalt(emergency, load.ignoreHaltsBy, this.#nowMs)
      if (stop !== null) this.#stopOnce(stop, emergency.state === 'SHUTDOWN' ? 'abort' : 'drain')
    }
    this.#endWatches = [
      watchEmergency(
        { store, bus: controls.bus, clock: host.clock },
        EMERGENCY_LOOK_MS,
        onEmergency,
        outlets.note,
      ),
      watchRequirements(load.requirements, host.clock, (change) => this.#onRequirement(change)),
    ]
  }

  /** Events so far; nothing is known of the alerts before they are all sent. */
  get record(): EnforcementRecord {
    return {
      events: this.#reactions.events,
      requirements: [...this.#requirements],
      stop: this.#stop,
      alerts: null,
    }
  }

  /** One more second. @param wholeOf everything so far, for the phases of a plan */
  observe(
    snapshots: readonly IntervalSnapshot[],
    merged: MergedInterval,
    wholeOf: (plan: RunPlan) => MeasuredView,
  ): void {
    const { plan } = this.#load
    // What drains is no load: nothing new is begun, and throughput falls as it has to.
    if (this.#stop !== null || merged.startMs >= plan.durationMs) return
    this.#nowMs = merged.endMs
    const whole = () => wholeOf(plan)
    const interval = liveIntervalOf(snapshots, merged)
    const { transitions, doubt } = this.#objectives.observe(interval, whole)
    this.#tellDoubt(doubt)
    if (doubt !== null)
      this.#outlets.note(`alerts are suspended while the load generator is unreliable: ${doubt.code}`)
    for (const transition of transitions) this.#onObjective(transition)
    this.#rollBackWhenEnough(whole)
    if (this.#stop !== null) return
    const limited = this.#limits.observe(interval, () => wholeOf(this.#unphased))
    for (const transition of limited.transitions) this.#onLimit(transition)
  }

  /** Somebody who drove load is lost. */
  loses({ reason, atMs, endsLoad }: Loss): void {
    if (!endsLoad) this.#outlets.note(`${reason}; the others go on with their shares`)
    // What is left is not the load of the plan.
    else this.#stopOnce({ by: 'worker', objective: null, atMs, reason }, 'drain')
  }

  /** Ends the watch; resolves when nothing is pending. Never rejects. */
  async close(): Promise<void> {
    for (const end of this.#endWatches) end()
    await this.#reactions.settled()
  }

  #tellDoubt(doubt: VerdictReason | null): void {
    if (doubt?.code !== this.#doubt?.code) this.#outlets.onDoubt(doubt)
    this.#doubt = doubt
  }

  #onObjective(transition: Transition): void {
    const { objective, to } = transition
    const event = this.#reactions.tell(transition)
    this.#reactions.alert(event, objective)
    if (to !== 'firing') this.#asking.delete(objective)
    else if (objective.watch?.abort === true)
      this.#stopOnce(stopByObjective('objective', transition, event), 'drain')
    else if (this.#load.controls.unarmed === null && objective.rollback !== null && isGate(objective))
      this.#asking.set(objective, stopByObjective('rollback', transition, event))
  }

  /** An objective that fires before `minRequests` have completed is held until they have. */
  #rollBackWhenEnough(whole: () => MeasuredView): void {
    const [first] = this.#asking.values()
    const { rollback } = this.#load.plan
    if (first === undefined || rollback === null) return
    if (completedOf(whole().counts({})) >= rollback.minRequests) this.#stopOnce(first, 'drain')
  }

  #onLimit(transition: Transition): void {
    const event = this.#reactions.tell(transition)
    if (transition.to !== 'firing' || transition.from !== 'pending') return
    this.#reactions.haltEverywhere(event, transition.objective)
    this.#stopOnce(stopByObjective('limit', transition, event), 'drain')
  }

  #onRequirement({ requirement: { name, stop }, problem }: RequirementChange): void {
    const { host, mask } = this.#load
    const event = mask.data({ at: isoOf(host.clock.wallMs()), atMs: this.#nowMs, name, problem })
    this.#requirements.push(event)
    this.#outlets.onRequirement(event)
    this.#outlets.note(requirementText(event))
    if (problem !== null && stop) this.#stopOnce(stopByRequirement(event), 'drain')
  }

  #stopOnce(stop: Stop, mode: 'drain' | 'abort'): void {
    if (this.#stop !== null) return
    this.#stop = stop
    this.#outlets.endLoad(stop, mode)
  }
}
