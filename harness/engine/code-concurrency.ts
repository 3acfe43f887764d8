/** The requests of code that have no answer yet: counted by agent, bounded, waited for when a journey ends. */
import type { Clock } from '../base/clock.ts'
import { AGENT_REQUESTS_MAX, THREAD_REQUESTS_MAX } from '../model/generator-limits.ts'
import { TooManyRequests } from './code-port.ts'
import type { Recorder } from './recorder.ts'

/** The requests of one agent. */
export interface AgentRequests {
  /** Those without an answer yet, and the most of them at once in the journey in progress. */
  underWay: number
  requestsMax: number
  /** Requests of the journey in progress that were under way when its code had ended. */
  notAwaited: number
  /** Requests that the journey in progress was not allowed to send. */
  refused: number
  /** Continues once none is under way any more. */
  whenIdle: (() => void) | null
}

export class CodeConcurrency {
  readonly #recorder: Recorder
  readonly #clock: Clock
  #underWay = 0

  constructor(recorder: Recorder, clock: Clock) {
    this.#recorder = recorder
    this.#clock = clock
  }

  createAgent(): AgentRequests {
    return { underWay: 0, requestsMax: 0, notAwaited: 0, refused: 0, whenIdle: null }
  }

  /** Counts a request. @param agent undefined for code that outlives its session @throws TooManyRequests */
  begin(agent: AgentRequests | undefined): void {
    const agentUnderWay = agent?.underWay ?? 0
    if (agentUnderWay >= AGENT_REQUESTS_MAX || this.#underWay >= THREAD_REQUESTS_MAX) {
      if (agent !== undefined) agent.refused++
      throw agentUnderWay >= AGENT_REQUESTS_MAX
        ? new TooManyRequests('the agent has', AGENT_REQUESTS_MAX)
        : new TooManyRequests('the agents of one thread have', THREAD_REQUESTS_MAX)
    }
    this.#underWay++
    if (agent === undefined) return
    agent.underWay = agentUnderWay + 1
    if (agentUnderWay >= agent.requestsMax) agent.requestsMax = agentUnderWay + 1
  }

  /** Takes note of an answer. */
  end(agent: AgentRequests | undefined): void {
    this.#underWay--
    if (agent === undefined) return
    agent.underWay--
    if (agent.underWay === 0 && agent.whenIdle !== null) this.#clock.soon(() => continueIdle(agent))
  }

  /** Records what a journey that is over sent at once, if it did, and begins another. */
  journeyEnded(agent: AgentRequests, journey: string, intendedMs: number): void {
    if (agent.requestsMax > 1 || agent.notAwaited > 0 || agent.refused > 0)
      this.#recorder.noteConcurrency(journey, intendedMs, agent)
    agent.requestsMax = 0
    agent.notAwaited = 0
    agent.refused = 0
  }
}

/** Continues, unless code that runs on has sent another request by the end of the turn. */
function continueIdle(agent: AgentRequests): void {
  const { whenIdle } = agent
  if (whenIdle === null || agent.underWay > 0) return
  agent.whenIdle = null
  whenIdle()
}
