/**
 * Closed model: the agents that the curve asks for repeat journeys, each start intended when its pause is due to end. Those of the
 * beginning join one by one, each at its own instant.
 */
import type { WorkloadPlan } from '../model/plan.ts'
import { type AgentTable, ENDLESS } from './agents.ts'
import type { Demand, Dispatch, SessionStarter } from './dispatch.ts'
import type { IterationBudget } from './iteration-budget.ts'

const POPULATION_POLL_MS = 10
/** The value of `AgentTable.active` for an agent whose feeder has no rows left. */
const STOPPED_FOR_GOOD = 2

export interface ClosedDispatchOptions {
  readonly demand: Extract<Demand, { model: 'closed' }>
  readonly agents: AgentTable
  readonly workload: Pick<WorkloadPlan, 'think' | 'pacingMs'>
  readonly sessions: SessionStarter
  /** Null: the time alone ends the load. */
  readonly budget: IterationBudget | null
  /** The run start, ms of the clock. */
  readonly startMs: number
}

export class ClosedDispatch implements Dispatch {
  readonly journeysDefault = ENDLESS
  readonly #options: ClosedDispatchOptions
  /** Slots the curve asks for now. */
  #wanted = 0
  #nextPollMs: number

  constructor(options: ClosedDispatchOptions) {
    this.#options = options
    this.#nextPollMs = options.startMs
  }

  admitDue(nowMs: number): void {
    if (nowMs < this.#nextPollMs) return
    const { demand, agents, sessions, budget, startMs } = this.#options
    // The instants of the polls are part of the plan; a late turn starts agents late, which is recorded.
    const pollMs =
      this.#nextPollMs + Math.floor((nowMs - this.#nextPollMs) / POPULATION_POLL_MS) * POPULATION_POLL_MS
    this.#nextPollMs = pollMs + POPULATION_POLL_MS
    const atMs = pollMs - startMs
    this.#wanted = Math.min(agents.size, demand.agentsAt(atMs), this.#joinedBy(atMs + POPULATION_POLL_MS))
    for (let agent = 0; agent < this.#wanted; agent++) {
      if (agents.active[agent] !== 0 || budget?.hasLeft(agent) === false) continue
      sessions.startSession(agent, demand.identityOf(agent))
      sessions.startFirstAt(agent, this.#firstAtMs(agent, pollMs))
    }
  }

  /** Returns the agents that may be there until an instant, ms since run start. */
  #joinedBy(atMs: number): number {
    const { joining } = this.#options.demand
    return joining === null || atMs > joining.untilMs ? Number.POSITIVE_INFINITY : joining.joinedBy(atMs)
  }

  /** Agents that join one by one are spread already. */
  #firstAtMs(agent: number, pollMs: number): number {
    const { demand, startMs } = this.#options
    const { joining } = demand
    if (joining === null || pollMs - startMs >= joining.untilMs) return pollMs + this.#spreadMs(agent)
    return Math.max(pollMs, startMs + joining.joinsAtMs(agent))
  }

  /** An agent that has not started yet was never planned. */
  cancelDue(): void {}

  wants(agent: number): boolean {
    return agent < this.#wanted && this.#options.budget?.hasLeft(agent) !== false
  }

  intendedAfterLogin(_agent: number, atMs: number): number {
    return atMs
  }

  takeBack(): boolean {
    return false
  }

  left(): void {}

  /** An agent that only the curve brings back would find no row again, a hundred times a second. */
  leftWithoutRow(agent: number): void {
    this.#options.agents.active[agent] = STOPPED_FOR_GOOD
  }

  /** Spreads agents that arrive together: each waits a random part of its pacing, or of its think time. */
  #spreadMs(agent: number): number {
    const { agents, workload } = this.#options
    const { pacingMs, think } = workload
    const cycleMs = Math.max(pacingMs, (think.minMs + think.maxMs) / 2)
    return cycleMs === 0 ? 0 : agents.draw(agent) * cycleMs
  }
}
