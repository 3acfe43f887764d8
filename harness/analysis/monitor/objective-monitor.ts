/** Watches the objectives of a run that goes on: one look an interval, each change of state once. Pure but for what it remembers. */

import { HalvingSeries } from '../../measure/halving-series.ts'
import type { ObjectiveStateName } from '../../model/enforcement.ts'
import type { ObjectivePlan, RunPlan, WatchPlan } from '../../model/plan.ts'
import { stretchOf } from '../../model/plan-load.ts'
import type { VerdictReason } from '../../model/verdict.ts'
import { excessOf, excessOfValue } from '../breach-stretch.ts'
import type { Exceedances } from '../design-effect.ts'
import type { MeasuredView } from '../measured-view.ts'
import { type ShareClaim, shareClaimOf } from '../share-claim.ts'
import { isTrusted } from '../trust.ts'
import { generatorInDoubt, stalled } from '../validity/generator-rules.ts'
import {
  type Breach,
  breachBySeries,
  breachByValue,
  breachInWindow,
  isAboutAnswers,
  isSilent,
} from './evidence.ts'
import { Excursion } from './excursion.ts'
import { type LiveInterval, viewOf } from './live-interval.ts'
import { nextStates, type ObjectiveState, OK } from './objective-state.ts'

/** The minimum stretch in which the cause of a change of state is searched. */
const RECENT_MS = 10_000
/** A longer series of a claim is halved by adding neighbours up. */
const SERIES_MAX = 600

/** One change of state. `view`: the seconds it was seen in. */
export interface Transition {
  readonly objective: ObjectivePlan
  readonly from: ObjectiveStateName
  readonly to: ObjectiveStateName
  readonly atMs: number
  /** The begin of the breach; where there is none any more, `atMs`. */
  readonly sinceMs: number
  readonly view: MeasuredView
}

/** The result of one evaluation. */
export interface Look {
  readonly transitions: readonly Transition[]
  /** The reason why breaches of timed objectives are ignored at the moment; null when they are not. */
  readonly doubt: VerdictReason | null
}

interface Watched {
  readonly objective: ObjectivePlan
  readonly watch: WatchPlan
  readonly series: ClaimSeries
  readonly excursion: Excursion
  state: ObjectiveState
}

const NOTHING: Look = { transitions: [], doubt: null }

export class ObjectiveMonitor {
  readonly #plan: RunPlan
  readonly #watched: readonly Watched[]
  readonly #keepMs: number
  readonly #isDoubting: boolean
  #recent: LiveInterval[] = []
  /** A loop of the generator stood still: from then on no time is believed, as at the end of the run. */
  #stall: VerdictReason | null = null
  /** The views of this evaluation, by their span. */
  readonly #views = new Map<number, MeasuredView>()

  /** @param isDoubting whether breaches of timed objectives are not believed while the generator is in trouble */
  constructor(plan: RunPlan, objectives: readonly ObjectivePlan[], isDoubting = true) {
    this.#plan = plan
    this.#isDoubting = isDoubting
    this.#watched = objectives.flatMap((objective) => {
      const { watch } = objective
      return watch === null
        ? []
        : [{ objective, watch, series: new ClaimSeries(), excursion: new Excursion(), state: OK }]
    })
    this.#keepMs = Math.max(RECENT_MS, ...this.#watched.map(({ watch }) => watch.windowMs ?? 0))
  }

  /** Looks at one more interval. Warm-up is not looked at. @param whole everything measured so far */
  observe(interval: LiveInterval, whole: () => MeasuredView): Look {
    const single = viewOf([interval], this.#plan)
    this.#stall ??= stalled(single)
    if (!this.#isMeasured(interval)) return NOTHING
    const nowMs = interval.merged.endMs
    this.#recent = [...this.#recent, interval].filter(({ merged }) => merged.endMs > nowMs - this.#keepMs)
    this.#views.clear()
    const breaches = this.#watched.map((watched) => {
      this.#follow(watched, single, interval.merged.startMs)
      const isOn = isRunning(this.#plan, watched.objective, interval)
      return { watched, breach: isOn ? this.#breachOf(watched, nowMs, whole) : 'unknown' }
    })
    // Whose fault it is, is asked when there is one.
    const isBreached = this.#isDoubting && breaches.some(({ breach }) => breach === 'yes')
    const doubt = isBreached ? (this.#stall ?? generatorInDoubt(this.#last(RECENT_MS, nowMs))) : null
    const transitions = breaches.flatMap(({ watched, breach }) => {
      const believed = breach !== 'yes' || isTrusted(watched.objective, doubt === null ? [] : [doubt])
      return breach === 'unknown' || !believed ? [] : this.#advance(watched, breach === 'yes', nowMs)
    })
    return { transitions, doubt }
  }

  #follow({ objective, watch, series, excursion }: Watched, single: MeasuredView, startMs: number): void {
    const claim = shareClaimOf(single, objective)
    if (claim === null) return excursion.add(startMs, excessOfValue(single, objective))
    const counted = { over: claim.k, total: claim.n }
    excursion.add(startMs, excessOf(counted, claim))
    if (watch.windowMs === null) series.add(counted, claim)
  }

  #isMeasured({ merged }: LiveInterval): boolean {
    return this.#plan.phases.some(({ name, measured }) => measured && name === merged.phase)
  }

  #last(spanMs: number, nowMs: number): MeasuredView {
    const known = this.#views.get(spanMs)
    if (known !== undefined) return known
    const view = viewOf(
      this.#recent.filter(({ merged }) => merged.endMs > nowMs - spanMs),
      this.#plan,
    )
    this.#views.set(spanMs, view)
    return view
  }

  #breachOf({ objective, watch, series }: Watched, nowMs: number, whole: () => MeasuredView): Breach {
    if (objective.onNoData !== 'pass' && isAboutAnswers(objective) && isSilent(this.#last(RECENT_MS, nowMs)))
      return 'yes'
    if (watch.windowMs !== null)
      return breachInWindow(this.#last(watch.windowMs, nowMs), objective, watch.windowMs)
    return series.claim === null
      ? breachByValue(whole(), objective)
      : breachBySeries(series.intervals, series.claim, objective.minSamples)
  }

  #advance(watched: Watched, isBreached: boolean, nowMs: number): Transition[] {
    const { objective, watch } = watched
    return nextStates(watched.state, isBreached, nowMs, watch).map((next) => {
      const view = this.#last(Math.max(RECENT_MS, watch.windowMs ?? 0), nowMs)
      const from = watched.state.name
      watched.state = next
      const isBad = next.name === 'pending' || next.name === 'firing'
      const sinceMs = isBad ? this.#beginOf(watched, nowMs) : nowMs
      return { objective, from, to: next.name, atMs: nowMs, sinceMs, view }
    })
  }

  /** The begin of the breach; with no second beyond the bound, that of the silence of the target. */
  #beginOf({ excursion }: Watched, nowMs: number): number {
    return excursion.fromMs ?? this.#last(RECENT_MS, nowMs).intervals[0]?.startMs ?? nowMs
  }
}

/** The observations against a claim, interval by interval. */
class ClaimSeries {
  claim: { readonly allowed: number; readonly atMost: boolean } | null = null
  readonly #series = new HalvingSeries(SERIES_MAX, addedUp)

  get intervals(): readonly Exceedances[] {
    return this.#series.entries
  }

  add(counted: Exceedances, claim: ShareClaim): void {
    this.claim = claim
    this.#series.add(counted)
  }
}

function addedUp(entries: readonly Exceedances[]): Exceedances {
  return entries.reduce((a, b) => ({ over: a.over + b.over, total: a.total + b.total }))
}

/** Tells whether a workload that an objective is about runs in an interval: before and after, it has nothing to say. */
function isRunning(
  plan: RunPlan,
  { labels: { workload } }: ObjectivePlan,
  { merged }: LiveInterval,
): boolean {
  const stretch = workload === undefined ? null : stretchOf(plan, workload)
  return stretch === null || (merged.startMs < stretch.endMs && merged.endMs > stretch.startMs)
}
