/**
 * Agents whose journey is an async function. They wait on the same wheel and send through the same walker as the
 * declarative ones; what they add is one promise per wait and per request.
 */

import type { Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import { ERROR_KIND_INDEX, OUTCOME_ERRORED } from '../model/outcome.ts'
import type { Answer } from '../ports/target.ts'
import { type AgentTable, WAKE_CODE } from './agents.ts'
import { type CodePort, type CreateContext, forgettable, RunEnded, runEnded } from './code-port.ts'
import type { CodeRequests } from './code-requests.ts'
import type { JourneyProgram, RequestOp } from './program.ts'
import type { Recorder } from './recorder.ts'
import { count, STEP_COLUMN } from './shard-memory.ts'
import type { TimingWheel } from './timing-wheel.ts'

interface CodeState {
  readonly context: unknown
  /** The journey in progress. */
  journey: JourneyProgram | null
  startMs: number
  readonly onEnded: () => void
  readonly onFailed: (failure: unknown) => void
  /** The intended instant of the next request of this agent. */
  intendedMs: number
  /** The think time in progress; an agent has one place on the wheel, so never two. */
  thinking: Promise<void> | null
  /** Ends the think time, with nothing or with a rejected promise. */
  wake: ((outcome?: Promise<never>) => void) | null
}

export interface CodeAgentsOptions {
  readonly createContext: CreateContext
  readonly agents: AgentTable
  readonly wheel: TimingWheel
  readonly recorder: Recorder
  readonly clock: Clock
  readonly requests: CodeRequests
  /** Called when a journey has ended. @param completed false when its code threw, or the run ended first */
  readonly onEnded: (agent: number, atMs: number, completed: boolean) => void
  /** Called with each failure of the author's code. */
  readonly onError: (message: string) => void
}

export class CodeAgents {
  readonly #options: CodeAgentsOptions
  readonly #states: (CodeState | undefined)[] = []
  #isStopping = false
  #busyCount = 0

  constructor(options: CodeAgentsOptions) {
    this.#options = options
  }

  /** The requests of the code. */
  get requests(): CodeRequests {
    return this.#options.requests
  }

  /** The number of journeys in progress. */
  get busyCount(): number {
    return this.#busyCount
  }

  start(agent: number, journey: JourneyProgram, intendedMs: number): void {
    const state = this.#states[agent] ?? this.#createState(agent)
    this.#states[agent] = state
    state.intendedMs = intendedMs
    state.startMs = intendedMs
    state.journey = journey
    this.#busyCount++
    let walk: unknown
    try {
      walk = journey.code?.(state.context)
    } catch (thrown) {
      // Code that throws before its first await fails as late as code that throws after it.
      walk = Promise.reject(thrown)
    }
    Promise.resolve(walk).then(state.onEnded, state.onFailed)
  }

  /** Ends the journey; think time that the code did not await continues, and the agent is not free until it is over. */
  #ended(agent: number, state: CodeState, failure: unknown): void {
    const { journey, thinking } = state
    if (thinking !== null) {
      state.thinking = null
      const after = (reason: unknown) => this.#ended(agent, state, failure ?? reason)
      thinking.then(() => after(null), after)
      return
    }
    state.journey = null
    this.#busyCount--
    if (journey !== null) this.#journeyEnded(agent, journey, state.startMs, failure)
  }

  #journeyEnded(agent: number, journey: JourneyProgram, intendedMs: number, failure: unknown): void {
    const { agents, clock, onEnded } = this.#options
    const nowMs = clock.nowMs()
    if (failure !== null) agents.unanswered[agent] = 1
    if (failure !== null && !(failure instanceof RunEnded))
      this.#recordFailure(agent, journey.name, intendedMs, nowMs, failure)
    onEnded(agent, nowMs, failure === null)
  }

  /** Records a journey that threw as an errored request of its own name, from its intended start to the throw. */
  #recordFailure(agent: number, journey: string, intendedMs: number, atMs: number, failure: unknown): void {
    const { agents, onError } = this.#options
    const recorder = this.#options.recorder.at(journey, intendedMs)
    const errorKind = ERROR_KIND_INDEX.code
    count(recorder.counters, STEP_COLUMN.started)
    recorder.record({
      intendedMs,
      sentMs: 0,
      firstByteMs: 0,
      doneMs: atMs,
      networkDelayMs: 0,
      agentId: agents.identity(agent),
      status: 0,
      traceNumber: 0,
      outcome: OUTCOME_ERRORED,
      errorKind,
      isUntimed: false,
      bytesSent: 0,
      bytesReceived: 0,
      componentCount: 0,
      componentNames: [],
      componentMs: [],
    })
    recorder.noteFailure({
      errorKind,
      errorText: messageOf(failure),
      intendedMs,
      sentMs: 0,
      status: 0,
      traceNumber: 0,
      sentAs: () => null,
      bodyStart: () => null,
    })
    onError(
      `journeys.${journey}: ${failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)}`,
    )
  }

  /** Ends the think time of an agent. */
  wake(agent: number, dueMs: number): void {
    const state = this.#states[agent]
    if (state === undefined) return
    state.intendedMs = dueMs
    const wake = state.wake
    state.thinking = null
    state.wake = null
    wake?.()
  }

  /** Stops the run: rejects pending think times and later requests. */
  stop(): void {
    this.#isStopping = true
    this.#options.requests.stop()
    for (const state of this.#states) {
      if (state === undefined || state.wake === null || state.thinking === null) continue
      void forgettable(state.thinking)
      state.wake(runEnded())
      state.wake = null
    }
  }

  endSession(agent: number): void {
    this.#states[agent] = undefined
  }

  #createState(agent: number): CodeState {
    const { agents, createContext } = this.#options
    const port = new AgentPort(agent, this, agents)
    const state: CodeState = {
      context: createContext(port),
      journey: null,
      startMs: 0,
      onEnded: () => this.#ended(agent, state, null),
      onFailed: (failure) =>
        this.#ended(agent, state, failure ?? new Error('the journey failed without a reason')),
      intendedMs: 0,
      thinking: null,
      wake: null,
    }
    return state
  }

  /** Sends a request for the code of an agent. */
  send(agent: number, op: RequestOp, request: unknown): Promise<Answer> {
    if (this.#isStopping) return runEnded()
    const state = this.#states[agent]
    const intendedMs = state?.intendedMs ?? this.#options.clock.nowMs()
    return new Promise<Answer>((give) => {
      const resolve = (answer: Answer, atMs: number) => {
        // The next request is intended at the instant at which the agent has this answer.
        if (state !== undefined) state.intendedMs = atMs
        give(answer)
      }
      this.#options.requests.start({ agent, op, request, resolve }, intendedMs)
    })
  }

  /** Lets the code of an agent wait. */
  think(agent: number, durationMs: number): Promise<void> {
    const state = this.#states[agent]
    if (this.#isStopping || state === undefined) return runEnded()
    if (state.thinking !== null)
      return forgettable(Promise.reject(new Error('the agent already thinks; await one think() at a time')))
    state.thinking = new Promise((resolve) => {
      state.wake = resolve as typeof state.wake
    })
    const { agents, wheel, clock } = this.#options
    agents.wake[agent] = WAKE_CODE
    if (durationMs > 0) agents.paused[agent] = 1
    wheel.schedule(agent, Math.max(state.intendedMs, clock.nowMs()) + durationMs)
    return state.thinking
  }
}

class AgentPort implements CodePort {
  readonly agent: number
  readonly #owner: CodeAgents
  readonly #agents: AgentTable

  constructor(agent: number, owner: CodeAgents, agents: AgentTable) {
    this.agent = agent
    this.#owner = owner
    this.#agents = agents
  }

  send(op: RequestOp, request = op.request): Promise<Answer> {
    return this.#owner.send(this.agent, op, request)
  }

  think(durationMs: number): Promise<void> {
    return this.#owner.think(this.agent, durationMs)
  }

  draw(): number {
    return this.#agents.draw(this.agent)
  }

  identity(): number {
    return this.#agents.identity(this.agent)
  }
}
