/**
 * Agents whose journey is an async function. They wait on the same wheel and send through the same walker as the
 * declarative ones; what they add is one promise per wait and per request.
 */

import type { Clock } from '../base/clock.ts'
import type { Answer } from '../ports/target.ts'
import { AgentPort } from './agent-port.ts'
import { type AgentTable, WAKE_CODE } from './agents.ts'
import { type AgentRequests, CodeConcurrency } from './code-concurrency.ts'
import { type CreateContext, forgettable, RunEnded, runEnded } from './code-port.ts'
import type { CodeRequests } from './code-requests.ts'
import { JourneyFailures, type JourneyFailuresOptions } from './journey-failures.ts'
import type { JourneyProgram, RequestOp } from './program.ts'
import type { Recorder } from './recorder.ts'
import type { TimingWheel } from './timing-wheel.ts'

interface CodeState {
  readonly context: unknown
  /** The journey in progress. */
  journey: JourneyProgram | null
  startMs: number
  readonly onEnded: () => void
  readonly onFailed: (failure: unknown) => void
  /** True once the harness itself gave up a request of the journey: what its code makes of that is no failure. */
  wasAborted: boolean
  /** The first check of the journey that failed. */
  failedCheck: string | null
  /** The intended instant of the next request of this agent. */
  intendedMs: number
  /** The think time in progress; an agent has one place on the wheel, so never two. */
  thinking: Promise<void> | null
  /** Ends the think time, with nothing or with a rejected promise. */
  wake: ((outcome?: Promise<never>) => void) | null
  readonly requests: AgentRequests
}

export interface CodeAgentsOptions extends JourneyFailuresOptions {
  readonly createContext: CreateContext
  readonly agents: AgentTable
  readonly wheel: TimingWheel
  readonly recorder: Recorder
  readonly clock: Clock
  readonly requests: CodeRequests
  /** Called when a journey has ended. @param completed false when its code failed it, or the run ended first */
  readonly onEnded: (agent: number, atMs: number, completed: boolean) => void
}

export class CodeAgents {
  readonly #options: CodeAgentsOptions
  readonly #concurrency: CodeConcurrency
  readonly #failures: JourneyFailures
  readonly #states: (CodeState | undefined)[] = []
  #isStopping = false
  #busyCount = 0

  constructor(options: CodeAgentsOptions) {
    this.#options = options
    this.#concurrency = new CodeConcurrency(options.recorder, options.clock)
    this.#failures = new JourneyFailures(options)
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
    state.failedCheck = null
    state.wasAborted = false
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

  /**
   * Ends the journey; think time and requests that the code did not await go on, and the agent is not free until they are over:
   * a forgotten `await` sends as many requests as the journey has, and not as many as the machine can.
   */
  #ended(agent: number, state: CodeState, failure: unknown): void {
    const { journey, thinking, requests } = state
    if (thinking !== null) {
      state.thinking = null
      const after = (reason: unknown) => this.#ended(agent, state, failure ?? reason)
      thinking.then(() => after(null), after)
      return
    }
    if (requests.underWay > 0) {
      // Code that failed may have awaited them, and something else beside them.
      if (failure === null) requests.notAwaited += requests.underWay
      requests.whenIdle = () => this.#ended(agent, state, failure)
      return
    }
    state.journey = null
    this.#busyCount--
    this.#options.requests.goesOn(agent)
    if (journey === null) return
    this.#concurrency.journeyEnded(requests, journey.name, state.startMs)
    this.#journeyEnded(agent, journey, state, failure)
  }

  #journeyEnded(agent: number, journey: JourneyProgram, state: CodeState, failure: unknown): void {
    const { agents, clock, onEnded } = this.#options
    const { startMs, failedCheck } = state
    if (failure !== null) agents.unanswered[agent] = 1
    if (failure === null) {
      if (failedCheck !== null) this.#failures.ofCheck(journey.name, startMs, failedCheck)
    } else if (!(failure instanceof RunEnded || state.wasAborted))
      this.#failures.ofCode(journey.name, startMs, failure)
    onEnded(agent, clock.nowMs(), failure === null && failedCheck === null)
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
      failedCheck: null,
      wasAborted: false,
      onEnded: () => this.#ended(agent, state, null),
      onFailed: (failure) =>
        this.#ended(agent, state, failure ?? new Error('the journey failed without a reason')),
      intendedMs: 0,
      thinking: null,
      wake: null,
      requests: this.#concurrency.createAgent(),
    }
    return state
  }

  /** Sends a request for the code of an agent. @throws TooManyRequests, at once: code that does not wait goes no further */
  send(agent: number, op: RequestOp, request: unknown): Promise<Answer> {
    if (this.#isStopping) return runEnded()
    this.#options.requests.goesOn(agent)
    const state = this.#states[agent]
    const intendedMs = state?.intendedMs ?? this.#options.clock.nowMs()
    this.#concurrency.begin(state?.requests)
    return new Promise<Answer>((give) => {
      const resolve = (answer: Answer, atMs: number, wasAborted: boolean) => {
        // The next request is intended at the instant at which the agent has this answer.
        this.#concurrency.end(state?.requests)
        if (state !== undefined) {
          state.intendedMs = atMs
          if (wasAborted) state.wasAborted = true
        }
        give(answer)
        // The journey is over, and nobody awaits the answer.
        if (state === undefined || state.journey === null) this.#options.requests.goesOn(agent)
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
    this.#options.requests.goesOn(agent)
    state.thinking = new Promise((resolve) => {
      state.wake = resolve as typeof state.wake
    })
    const { agents, wheel, clock } = this.#options
    agents.wake[agent] = WAKE_CODE
    if (durationMs > 0) agents.paused[agent] = 1
    wheel.schedule(agent, Math.max(state.intendedMs, clock.nowMs()) + durationMs)
    return state.thinking
  }

  /** Counts a named check; the first that fails is what the agent's journey has failed by. */
  check(agent: number, name: string, hasPassed: boolean): void {
    const { recorder, clock } = this.#options
    const state = this.#states[agent]
    recorder.noteCheck(name, hasPassed, state?.intendedMs ?? clock.nowMs())
    if (!hasPassed && state !== undefined) state.failedCheck ??= name
  }
}
