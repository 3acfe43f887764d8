/**
 * When an agent that stays goes on. A failure does not make users faster: an agent that gives up its journey waits what
 * the rest of it would have waited, then think time and pacing as after any other. Where nothing was answered and
 * nothing pauses, it would ask again as fast as a machine can fail; there it backs off. An answer that was judged wrong
 * is an answer: without pauses the next iteration starts at once, as after a good one. Nothing here is left to chance
 * but the pauses themselves, by the agent's own draws.
 */

import type { LoginRetryPlan, RunPlan, WorkloadPlan } from '../model/plan.ts'
import type { AgentTable } from './agents.ts'
import { count, SHARD_COLUMN } from './shard-memory.ts'

/** After an iteration without an answer (or whose code threw) and without a pause; doubled from one to the next. */
export const UNANSWERED_BACKOFF: LoginRetryPlan = { backoffMs: 100, maxBackoffMs: 5_000 }

/** More failures in a row than any back-off has doublings. */
const FAILURES_MAX = 255

export class Pauses {
  readonly #agents: AgentTable
  readonly #workload: WorkloadPlan
  readonly #loginRetry: LoginRetryPlan
  readonly #counters: Float64Array
  readonly #endMs: number

  /** @param endMs end of the plan, on the clock of the agents */
  constructor(
    agents: AgentTable,
    { workload, loginRetry }: Pick<RunPlan, 'workload' | 'loginRetry'>,
    counters: Float64Array,
    endMs: number,
  ) {
    this.#agents = agents
    this.#workload = workload
    this.#loginRetry = loginRetry
    this.#counters = counters
    this.#endMs = endMs
  }

  /** Due instant of the session's next journey. @param keptMs what the rest of the last one would have waited */
  untilJourney(agent: number, atMs: number, keptMs: number): number {
    const { think, pacingMs } = this.#workload
    const dueMs = atMs + keptMs + this.#agents.drawMs(agent, think)
    if (pacingMs === 0) return this.#backOff(agent, atMs, dueMs)
    return Math.max(dueMs, (this.#agents.intendedMs[agent] as number) + pacingMs)
  }

  /** Due instant of the agent's next session. @param keptMs what the rest of the last journey would have waited */
  untilSession(agent: number, atMs: number, keptMs: number): number {
    const pauseMs = this.#agents.drawMs(agent, this.#workload.session.pause)
    return this.#backOff(agent, atMs, atMs + keptMs + pauseMs)
  }

  /** Due instant of the next session after a login that failed. */
  untilLogin(agent: number, atMs: number): number {
    const pauseMs = this.#agents.drawMs(agent, this.#workload.session.pause)
    return Math.max(atMs + pauseMs, this.#later(this.#loginRetry, this.#agents.failedLogins, agent, atMs))
  }

  #backOff(agent: number, atMs: number, dueMs: number): number {
    const { unanswered, paused, failures } = this.#agents
    if (unanswered[agent] === 0) {
      failures[agent] = 0
      return dueMs
    }
    if (dueMs > atMs || paused[agent] !== 0) return dueMs
    return this.#later(UNANSWERED_BACKOFF, failures, agent, atMs)
  }

  /** The end of the pause after one more failure in a row. The first one says little; the others hide how many there would be. */
  #later(
    { backoffMs, maxBackoffMs }: LoginRetryPlan,
    failures: Uint8Array,
    agent: number,
    atMs: number,
  ): number {
    const before = failures[agent] as number
    failures[agent] = Math.min(before + 1, FAILURES_MAX)
    const dueMs = atMs + Math.min(maxBackoffMs, backoffMs * 2 ** before)
    if (before > 0)
      count(this.#counters, SHARD_COLUMN.backedOffMs, Math.max(0, Math.min(dueMs, this.#endMs) - atMs))
    return dueMs
  }
}
