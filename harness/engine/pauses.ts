/**
 * The instants at which an agent that stays continues. A failure does not make users faster: an agent that abandons its journey
 * waits as long as the rest of it would have waited, then think time and pacing as after any other journey. When nothing was
 * answered
 * and nothing pauses, it would retry as fast as the machine can fail, so it backs off. An answer that was judged wrong
 * is an answer: without pauses the next iteration starts at once, as after a good one. Only the pauses
 * themselves are random, by the agent's own draws.
 */

import type { LoginRetryPlan, WorkloadPlan } from '../model/plan.ts'
import type { AgentTable } from './agents.ts'
import { count, SHARD_COLUMN } from './shard-memory.ts'

/** The back-off after an iteration without an answer (or whose code threw) and without a pause; doubled from one to the next. */
export const UNANSWERED_BACKOFF: LoginRetryPlan = { backoffMs: 100, maxBackoffMs: 5_000 }

/** The limit of counted failures, above the number of doublings of any back-off. */
const FAILURES_MAX = 255

export class Pauses {
  readonly #agents: AgentTable
  readonly #workload: WorkloadPlan
  readonly #loginRetry: LoginRetryPlan
  readonly #counters: Float64Array
  readonly #endMs: number

  /** @param endMs end of the workload, on the clock of the agents */
  constructor(
    agents: AgentTable,
    { workload, loginRetry }: { readonly workload: WorkloadPlan; readonly loginRetry: LoginRetryPlan },
    counters: Float64Array,
    endMs: number,
  ) {
    this.#agents = agents
    this.#workload = workload
    this.#loginRetry = loginRetry
    this.#counters = counters
    this.#endMs = endMs
  }

  /** Returns the due instant of the session's next journey. @param keptMs what the rest of the last one would have waited */
  untilJourney(agent: number, atMs: number, keptMs: number): number {
    const { think, pacingMs } = this.#workload
    const dueMs = atMs + keptMs + this.#agents.drawMs(agent, think)
    if (pacingMs === 0) return this.#backOff(agent, atMs, dueMs)
    return Math.max(dueMs, (this.#agents.intendedMs[agent] as number) + pacingMs)
  }

  /** Returns the due instant of the agent's next session. @param keptMs what the rest of the last journey would have waited */
  untilSession(agent: number, atMs: number, keptMs: number): number {
    const pauseMs = this.#agents.drawMs(agent, this.#workload.session.pause)
    return this.#backOff(agent, atMs, atMs + keptMs + pauseMs)
  }

  /** Returns the due instant of the next session after a failed login. */
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

  /**
   * Returns the end of the pause after one more consecutive failure. Pauses after the first hide further failures, so their time
   * is counted.
   */
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
