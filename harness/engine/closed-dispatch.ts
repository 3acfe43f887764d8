/**
 * Closed model: the agents that the curve asks for repeat journeys, each start intended when its pause is due to end. Those of the
 * beginning join one by one, each at its own instant.
 */

import type { Population } from '../ports/workload.ts'
import { type AgentTable, ENDLESS } from './agents.ts'
import type { Dispatch, SessionStarter, WorkloadShare } from './dispatch.ts'
import type { IterationBudget } from './iteration-budget.ts'

const POPULATION_POLL_MS = 10
/** The value of `AgentTable.active` for an agent whose feeder has no rows left. */
const STOPPED_FOR_GOOD = 2

export interface ClosedDispatchOptions {
  readonly demand: Population
  readonly share: Omit<WorkloadShare, 'demand'>
  readonly agents: AgentTable
  readonly sessions: SessionStarter
  /** Null: the time alone ends the load. */
  readonly budget: IterationBudget | null
  /** The begin of the workload, ms of the clock. */
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
    const { demand, share, agents, sessions, budget, startMs } = this.#options
    const { firstSlot, slots, firstIdentity } = share
    // The instants of the polls are part of the plan; a late turn starts agents late, which is recorded.
    const pollMs =
      this.#nextPollMs + Math.floor((nowMs - this.#nextPollMs) / POPULATION_POLL_MS) * POPULATION_POLL_MS
    this.#nextPollMs = pollMs + POPULATION_POLL_MS
    const atMs = pollMs - startMs
    this.#wanted = Math.min(slots, demand.agentsAt(atMs), this.#joinedBy(atMs + POPULATION_POLL_MS))
    for (let slot = 0; slot < this.#wanted; slot++) {
      const agent = firstSlot + slot
      if (agents.active[agent] !== 0 || budget?.hasLeft(agent) === false) continue
      sessions.startSession(agent, firstIdentity + demand.identityOf(slot))
      sessions.startFirstAt(agent, this.#firstAtMs(agent, pollMs))
    }
  }

  /** Returns the agents that may be there until an instant, ms since the begin of the workload. */
  #joinedBy(atMs: number): number {
    const { joining } = this.#options.demand
    return joining === null || atMs > joining.untilMs ? Number.POSITIVE_INFINITY : joining.joinedBy(atMs)
  }

  /** Agents that join one by one are spread already. */
  #firstAtMs(agent: number, pollMs: number): number {
    const { demand, share, startMs } = this.#options
    const { joining } = demand
    if (joining === null || pollMs - startMs >= joining.untilMs) return pollMs + this.#spreadMs(agent)
    return Math.max(pollMs, startMs + joining.joinsAtMs(agent - share.firstSlot))
  }

  /** An agent that has not started yet was never planned. */
  cancelDue(): void {}

  wants(agent: number): boolean {
    return (
      agent - this.#options.share.firstSlot < this.#wanted && this.#options.budget?.hasLeft(agent) !== false
    )
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
    const { agents, share } = this.#options
    const { pacingMs, think } = share.workload
    const cycleMs = Math.max(pacingMs, (think.minMs + think.maxMs) / 2)
    return cycleMs === 0 ? 0 : agents.draw(agent) * cycleMs
  }
}
