/**
 * The loop of a qualification: what is next is decided by its journal alone, each transition is on disk before the act, and parallel
 * activities may end in any order. It may be killed at any line and go on from there.
 */
import { foldQualification, type QualificationState, withEntry } from '../../analysis/qualification/fold.ts'
import { nextActs, undosDue } from '../../analysis/qualification/next-acts.ts'
import { activityResult } from '../../analysis/qualification/run-result.ts'
import { planSchedule } from '../../analysis/qualification/schedule.ts'
import { type Standings, standingsOf } from '../../analysis/qualification/standing.ts'
import { isoOf } from '../../base/clock.ts'
import type { QualificationPart, QualificationUndo } from '../../model/qualification.ts'
import type { ActivityResult, QualificationEntry } from '../../model/qualification-journal.ts'
import type { ActivityPlan } from '../../model/qualification-plan.ts'

/** Whoever does the work of activities. */
export interface Executor {
  /** The inputs as they are now; null where one is not there. */
  inputsOf(activity: ActivityPlan, state: QualificationState): Promise<readonly QualificationPart[] | string>
  /** Ends with an outcome, whatever happens. @param tell adds a line to the journal */
  execute(
    activity: ActivityPlan,
    attempt: Attempt,
    tell: (entry: TellableEntry) => void,
  ): Promise<ActivityResult>
  undo(activity: ActivityPlan): Promise<QualificationUndo>
}

/** One attempt at an activity. */
export interface Attempt {
  readonly number: number
  readonly inputs: readonly QualificationPart[]
  readonly state: QualificationState
}

type Unstamped<T> = T extends unknown ? Omit<T, 'at'> : never
/** An entry without its instant. */
export type NewEntry = Unstamped<QualificationEntry>
export type TellableEntry = Extract<NewEntry, { kind: 'run' | 'child' | 'decided' }>

/** Observes a qualification. */
export interface QualificationObserver {
  onEntry(entry: QualificationEntry, state: QualificationState, standings: Standings): void
}

export interface DriveAround {
  readonly executor: Executor
  /** Returns when the line is on disk. */
  readonly append: (entry: QualificationEntry) => void
  readonly wallMs: () => number
  /** Nothing new starts when it is no longer `none`. */
  readonly stop: { readonly level: 'none' | 'drain' | 'abort' }
  readonly observer: QualificationObserver
}

/** Goes on until nothing is left to do, or people stop it; gives the state then. @param entries so far, all on disk */
export function driveQualification(
  entries: readonly QualificationEntry[],
  around: DriveAround,
): Promise<QualificationState> {
  return new Drive(foldQualification(entries), around).run()
}

class Drive {
  #state: QualificationState
  readonly #around: DriveAround
  readonly #slackMs: ReadonlyMap<string, number>
  readonly #running = new Map<string, Promise<string>>()
  readonly #judged = new Map<string, string>()

  constructor(state: QualificationState, around: DriveAround) {
    this.#state = state
    this.#around = around
    this.#slackMs = planSchedule(state.plan).slackMs
  }

  async run(): Promise<QualificationState> {
    for (;;) {
      const standings = standingsOf(this.#state)
      this.#tellJudged(standings)
      const isStopped = this.#around.stop.level !== 'none'
      const { starts } = nextActs(this.#state, standings, this.#slackMs)
      for (const activity of isStopped ? [] : starts) await this.#start(activity)
      if (this.#running.size > 0) this.#running.delete(await Promise.race(this.#running.values()))
      else if (isStopped || starts.length === 0) break
    }
    await this.#undoAll()
    return this.#state
  }

  async #start(activity: ActivityPlan): Promise<void> {
    const { name } = activity
    const inputs = await this.#around.executor.inputsOf(activity, this.#state)
    const number = (this.#state.activities.get(name)?.attempt ?? 0) + 1
    if (typeof inputs === 'string') {
      this.#append({
        kind: 'ended',
        activity: name,
        attempt: number,
        result: activityResult(activity, { outcome: 'skipped', code: 'INPUT_MISSING', message: inputs }),
      })
      return
    }
    this.#append({ kind: 'started', activity: name, attempt: number, inputs: [...inputs] })
    const attempt = { number, inputs, state: this.#state }
    const execution = this.#execute(activity, attempt)
    // A journal that cannot be written ends the loop, which then waits for nobody.
    execution.catch(() => undefined)
    this.#running.set(name, execution)
  }

  async #execute(activity: ActivityPlan, attempt: Attempt): Promise<string> {
    const { name, retries } = activity
    const result = await this.#around.executor.execute(activity, attempt, (entry) => this.#append(entry))
    this.#append({ kind: 'ended', activity: name, attempt: attempt.number, result })
    if (result.outcome === 'inconclusive' && attempt.number <= retries && this.#around.stop.level === 'none')
      this.#append({ kind: 'reopened', activity: name, why: 'it was inconclusive' })
    return name
  }

  /** Undoes, the last first, whatever was done, when the plan is NO-GO. */
  async #undoAll(): Promise<void> {
    const isNoGo = standingsOf(this.#state).stages.some(({ outcome }) => outcome === 'NO_GO')
    if (!isNoGo || this.#around.stop.level !== 'none') return
    for (const activity of undosDue(this.#state)) {
      this.#append({ kind: 'undo-started', activity: activity.name })
      const undo = await this.#around.executor.undo(activity)
      this.#append({ kind: 'undo-ended', activity: activity.name, undo })
    }
  }

  /** Writes down what each stage came to, once all of it is over. */
  #tellJudged({ stages, activities }: Standings): void {
    for (const { name, outcome, rule } of stages) {
      const members = this.#state.plan.activities.filter(({ stage }) => stage === name)
      const isOver = members.every((member) => activities.get(member.name)?.phase === 'over')
      if (!isOver || this.#judged.get(name) === rule) continue
      this.#judged.set(name, rule)
      this.#append({ kind: 'judged', stage: name, outcome, rule })
    }
  }

  #append(entry: NewEntry): void {
    const stamped = { ...entry, at: isoOf(this.#around.wallMs()) } as QualificationEntry
    this.#around.append(stamped)
    this.#state = withEntry(this.#state, stamped)
    this.#around.observer.onEntry(stamped, this.#state, standingsOf(this.#state))
  }
}
