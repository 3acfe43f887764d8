/**
 * The standing of each activity: failures walk along what needs what, nearest first, and keep the chain of reasons:
 * `visuals skipped`, `incident skipped`, `hours failed: p99(response_time) < 250ms`.
 */
import type {
  ActivityOutcome,
  QualificationItem,
  QualificationReason,
  QualifiedStage,
} from '../../model/qualification.ts'
import type { ActivityPlan, QualificationPlan } from '../../model/qualification-plan.ts'
import { topologicalOrder } from '../plan-graph/activity-graph.ts'
import type { ActivityState, QualificationState } from './fold.ts'
import { judgeStage, outcomeText } from './judge.ts'
import { dependenciesOf } from './schedule.ts'

/** open: it waits for others. ready: it may start. over: it has an outcome. */
export interface Standing {
  readonly phase: 'open' | 'ready' | 'running' | 'over'
  /** For an activity that is not over, the outcome if the qualification ended now. */
  readonly outcome: ActivityOutcome
  readonly reasons: readonly QualificationReason[]
  readonly chain: readonly string[]
  readonly items: readonly QualificationItem[]
}

export interface Standings {
  readonly activities: ReadonlyMap<string, Standing>
  readonly stages: readonly QualifiedStage[]
}

/** Finds where everything stands. */
export function standingsOf(state: QualificationState): Standings {
  return new Walk(state).walk()
}

class Walk {
  readonly #state: QualificationState
  readonly #plan: QualificationPlan
  readonly #standings = new Map<string, Standing>()

  constructor(state: QualificationState) {
    this.#state = state
    this.#plan = state.plan
  }

  walk(): Standings {
    const { activities } = this.#plan
    const byName = new Map(activities.map((activity) => [activity.name, activity]))
    const order = topologicalOrder({
      activities: activities.map(({ name, expectedMs }) => ({ name, durationMs: expectedMs })),
      dependencies: dependenciesOf(this.#plan),
    })
    for (const { name } of order) {
      const activity = byName.get(name)
      if (activity !== undefined) this.#standings.set(name, this.#standingOf(activity))
    }
    const stages = this.#plan.stages.map(({ name }) => this.#judged(name, this.#membersOf(name)))
    return { activities: this.#standings, stages }
  }

  #standingOf(activity: ActivityPlan): Standing {
    const state = this.#state.activities.get(activity.name)
    if (state?.status === 'running') return standing(activity, 'running', 'skipped', 'RUNNING', 'still runs')
    if (state?.status === 'ended' && state.result !== null) return overStanding(activity, state)
    return this.#skipped(activity, state) ?? this.#waiting(activity)
  }

  /** Null: nothing keeps it from running, some time. */
  #skipped(activity: ActivityPlan, state: ActivityState | undefined): Standing | null {
    const { name } = activity
    const skip = (code: string, message: string, chain: readonly string[]) =>
      standing(activity, 'over', 'skipped', code, message, chain)
    const decision = state?.decision ?? null
    if (decision?.kind === 'skipped') {
      const why = decision.comment === null ? '' : `: ${decision.comment}`
      return skip('SKIPPED', `skipped by ${decision.by}${why}`, [`${name} skipped by ${decision.by}${why}`])
    }
    if (!this.#isAskedFor(name))
      return skip('NOT_ASKED_FOR', 'not asked for', [`${name} skipped (not asked for)`])
    if (state?.status === 'held') {
      const message = `its process ended while it ran: say --retry ${name}, or --skip ${name} <why>`
      return skip('CUT_OFF', message, [`${name} was cut off`])
    }
    const blocker = this.#blocker(activity)
    return blocker === null
      ? null
      : skip('NEED_NOT_MET', `needs ${blocker.what}`, [`${name} skipped`, ...blocker.chain])
  }

  #waiting(activity: ActivityPlan): Standing {
    const needs = dependenciesOfOne(this.#plan, activity)
    const isOpen = needs.some((name) => this.#standings.get(name)?.phase !== 'over')
    return standing(activity, isOpen ? 'open' : 'ready', 'skipped', 'NOT_RUN', 'did not run')
  }

  /** The nearest reason for which an activity cannot run. */
  #blocker(activity: ActivityPlan): { readonly what: string; readonly chain: readonly string[] } | null {
    const needs = activity.needs.flatMap((name) => {
      const need = this.#standings.get(name)
      const role = this.#plan.activities.find((other) => other.name === name)?.role
      if (need?.phase !== 'over' || role === undefined || !this.#blocks(name, need, role)) return []
      return [{ what: name, chain: need.chain }]
    })
    const found = [...needs, ...this.#stageBlockers(activity), ...this.#coreBlockers()]
    return found.toSorted((a, b) => a.chain.length - b.chain.length)[0] ?? null
  }

  #blocks(name: string, { outcome }: Standing, role: ActivityPlan['role']): boolean {
    // What was not asked for is taken to be done.
    if (role === 'validation' || !this.#isAskedFor(name)) return false
    switch (outcome) {
      case 'failed':
      case 'skipped':
      case 'cancelled':
        return true
      case 'inconclusive':
        return role === 'core' && !this.#plan.proceedOnInconclusive
      case 'passed':
      case 'mocked':
        return false
    }
  }

  #stageBlockers(activity: ActivityPlan) {
    const stage = this.#plan.stages.find(({ name }) => name === activity.stage)
    return (stage?.needs ?? []).flatMap((name) => {
      const members = this.#membersOf(name).filter((member) => this.#isAskedFor(member.name))
      const isOver = members.every((member) => this.#standings.get(member.name)?.phase === 'over')
      if (members.length === 0 || !isOver) return []
      const judged = this.#judged(name, members)
      const isPassable = judged.outcome === 'INCONCLUSIVE' && this.#plan.proceedOnInconclusive
      if (judged.outcome === 'GO' || isPassable) return []
      return [{ what: `stage ${name}`, chain: this.#stageChain(judged) }]
    })
  }

  #stageChain(judged: QualifiedStage): readonly string[] {
    const members = this.#membersOf(judged.name).map(({ name, role }) => ({
      role,
      found: this.#standings.get(name),
    }))
    return stageChain(
      judged,
      members.flatMap(({ role, found }) => (found === undefined ? [] : [{ role, ...found }])),
    )
  }

  /** With `stopOnCore` the failure of any core activity. */
  #coreBlockers() {
    if (!this.#plan.stopOnCore) return []
    return this.#plan.activities.flatMap(({ name, role }) => {
      const result = this.#state.activities.get(name)?.result
      if (role !== 'core' || result?.outcome !== 'failed') return []
      return [{ what: `${name} (stopOnCore)`, chain: failedChain(name, result.outcome, result.reasons) }]
    })
  }

  #judged(stage: string, members: readonly ActivityPlan[]): QualifiedStage {
    const plan = this.#plan.stages.find(({ name }) => name === stage)
    return judgeStage(
      plan ?? { name: stage, needs: [], passRatio: 1 },
      members.map(({ name, role }) => {
        const found = this.#standings.get(name)
        return { name, role, outcome: found?.outcome ?? 'skipped', items: found?.items ?? [] }
      }),
    )
  }

  #membersOf(stage: string): readonly ActivityPlan[] {
    return this.#plan.activities.filter((activity) => activity.stage === stage)
  }

  #isAskedFor(name: string): boolean {
    const { only } = this.#state.wish
    return only === null || only.includes(name)
  }
}

/** The chain of the activity that decided a stage. */
export function stageChain(
  { name, outcome, rule, message }: QualifiedStage,
  members: readonly (Pick<Standing, 'outcome' | 'chain'> & { readonly role: ActivityPlan['role'] })[],
): readonly string[] {
  const isNoGo = outcome === 'NO_GO'
  const culprits = members.filter(
    (member) => member.outcome !== 'passed' && (!isNoGo || member.outcome === 'failed'),
  )
  const isCore = rule === 'CORE_FAILED' || rule === 'CORE_OPEN'
  const first = (isCore ? culprits.find(({ role }) => role === 'core') : culprits[0])?.chain ?? []
  const word = isNoGo ? 'NO-GO' : outcome
  return isCore ? [`stage ${name} ${word}`, ...first] : [`stage ${name} ${word}: ${message}`, ...first]
}

/** Every activity that one waits for, its own needs first. */
function dependenciesOfOne(plan: QualificationPlan, { needs, stage }: ActivityPlan): readonly string[] {
  const before = plan.stages.find(({ name }) => name === stage)?.needs ?? []
  const members = plan.activities.filter((activity) => before.includes(activity.stage))
  return [...needs, ...members.map(({ name }) => name)]
}

function overStanding({ name }: ActivityPlan, { result }: ActivityState): Standing {
  const { outcome = 'skipped', reasons = [], items = [] } = result ?? {}
  return { phase: 'over', outcome, reasons, items, chain: failedChain(name, outcome, reasons) }
}

function failedChain(
  name: string,
  outcome: ActivityOutcome,
  [reason]: readonly QualificationReason[],
): readonly string[] {
  if (outcome === 'passed') return []
  return [`${name} ${outcomeText(outcome)}${reason === undefined ? '' : `: ${reason.message}`}`]
}

function standing(
  { items, weight }: ActivityPlan,
  phase: Standing['phase'],
  outcome: ActivityOutcome,
  code: string,
  message: string,
  chain: readonly string[] = [],
): Standing {
  return {
    phase,
    outcome,
    reasons: [{ code, message }],
    chain,
    items: items.map(({ id, label }) => ({ id, label, outcome, weight, message, measured: null })),
  }
}
