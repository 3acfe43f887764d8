/**
 * The workloads of a shard side by side, on one wheel and one loop. Each has its agents, its sessions and its dispatch; an agent
 * belongs to one of them for good, and what befalls it is told to that one.
 */
import type { RunPlan } from '../model/plan.ts'
import { regionNames } from '../model/plan-load.ts'
import { ClosedDispatch } from './closed-dispatch.ts'
import type { Dispatch, SessionStarter, WorkloadShare } from './dispatch.ts'
import { IterationBudget } from './iteration-budget.ts'
import { OpenDispatch } from './open-dispatch.ts'
import { Pauses } from './pauses.ts'
import type { WalkedJourneys } from './program.ts'
import { Sessions, type SessionsOptions } from './sessions.ts'
import { firstRegionColumn } from './shard-memory.ts'

export interface LoadsOptions
  extends Pick<
    SessionsOptions,
    'program' | 'agents' | 'wheel' | 'walker' | 'codeAgents' | 'variables' | 'flow' | 'turn' | 'clock'
  > {
  readonly plan: RunPlan
  /** The share of each workload, in the order of the plan. */
  readonly shares: readonly WorkloadShare[]
  /** The counters of the shard. */
  readonly counters: Float64Array
  /** Run start and end of the plan, ms of the clock. */
  readonly startMs: number
  readonly endMs: number
}

export class Loads {
  readonly #all: readonly Sessions[]
  readonly #agents: LoadsOptions['agents']

  constructor(options: LoadsOptions) {
    const regions = regionColumns(options)
    this.#agents = options.agents
    this.#all = options.shares.map((share, i) =>
      createSessions(share, options.program.walked[i] as WalkedJourneys, regions, options),
    )
  }

  /** Starts what fell due by `nowMs`, of each workload. */
  admitDue(nowMs: number): void {
    for (const { dispatch } of this.#all) dispatch.admitDue(nowMs)
  }

  /** Counts as cancelled what was due by the end of the load, `nowMs`, and had not started. */
  cancelDue(nowMs: number): void {
    for (const { dispatch } of this.#all) dispatch.cancelDue(nowMs)
  }

  /** Starts nothing more from now on. */
  stop(): void {
    for (const sessions of this.#all) sessions.stop()
  }

  /** Tells whether numbers of iterations have ended the load: at least one did, and of every other the time is over. */
  areSpent(nowMs: number): boolean {
    return this.#all.some(({ isSpent }) => isSpent) && this.#all.every((sessions) => sessions.isOver(nowMs))
  }

  journeyEnded(agent: number, atMs: number, completed: boolean): void {
    this.#sessionsOf(agent).journeyEnded(agent, atMs, completed)
  }

  /** Handles the end of an agent's wait. Bound, for the wheel. */
  readonly onDue = (agent: number, dueMs: number): void => {
    this.#sessionsOf(agent).onDue(agent, dueMs)
  }

  #sessionsOf(agent: number): Sessions {
    return this.#all[this.#agents.workload[agent] as number] as Sessions
  }
}

function createSessions(
  share: WorkloadShare,
  walked: WalkedJourneys,
  regions: SessionsOptions['regions'],
  { plan, startMs, endMs: planEndMs, ...shared }: LoadsOptions,
): Sessions {
  const { workload, counters } = share
  const beginMs = startMs + workload.startMs
  const endMs = Math.min(planEndMs, beginMs + workload.durationMs)
  const budget = IterationBudget.of(share)
  const span = { startMs: beginMs, endMs }
  return new Sessions({
    ...shared,
    share,
    walked,
    regions: workload.regions.length === 0 ? null : regions,
    pauses: new Pauses(shared.agents, { workload, loginRetry: plan.loginRetry }, counters, endMs),
    budget,
    endMs,
    createDispatch: (sessions) => createDispatch(share, budget, sessions, { ...shared, ...span }),
  })
}

function createDispatch(
  { demand, ...share }: WorkloadShare,
  budget: IterationBudget | null,
  sessions: SessionStarter,
  options: Pick<LoadsOptions, 'agents' | 'turn' | 'clock' | 'startMs' | 'endMs'>,
): Dispatch {
  const { agents } = options
  if (demand.model === 'closed')
    return new ClosedDispatch({ demand, share, agents, sessions, budget, startMs: options.startMs })
  return new OpenDispatch({
    ...options,
    ...share,
    arrivals: demand.arrivals,
    whenBusy: share.workload.whenBusy,
    intendedMs: agents.intendedMs,
    sessions,
  })
}

/** Returns the column of the present agents of each place; a place that is no region has none, and none is asked for. */
function regionColumns({ plan, counters }: LoadsOptions): NonNullable<SessionsOptions['regions']> {
  const names = regionNames(plan)
  const first = firstRegionColumn(counters, names.length)
  const columns = plan.workloads.flatMap(({ regions }) =>
    regions.length === 0 ? [-1] : regions.map(({ name }) => first + names.indexOf(name)),
  )
  return { counters, columns }
}
