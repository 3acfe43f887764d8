/**
 * Agents whose journey is an async function. They wait on the same wheel and send through the same walker as the
 * declarative ones; what they add is one promise per wait and per request.
 */

import type { Clock } from '../base/clock.ts'
import { invariant } from '../base/errors.ts'
import type { Answer } from '../ports/target.ts'
import { type AgentTable, WAKE_CODE } from './agents.ts'
import type { JourneyProgram, RequestOp } from './program.ts'
import type { TimingWheel } from './timing-wheel.ts'
import type { Walker } from './walker.ts'

/** Thrown into code that asks for more after the run has ended. Not a failure of the journey. */
export class RunEnded extends Error {
  override readonly name = 'RunEnded'

  constructor() {
    super('the run has ended; the journey stops here')
  }
}

/** Told when a journey is over; `failure` is null when it ran through. */
export type CodeEnded = (atMs: number, failure: unknown) => void

/** What the code of one agent may ask of the engine. */
export interface CodePort {
  readonly agent: number
  send(op: RequestOp): Promise<Answer>
  think(durationMs: number): Promise<void>
  draw(): number
  identity(): number
}

interface CodeState {
  readonly port: CodePort
  readonly context: unknown
  /** When the next request of this agent is intended. */
  intendedMs: number
  /** The think time under way; an agent has one place on the wheel, so never two. */
  thinking: Promise<void> | null
  wake: (() => void) | null
  stop: ((reason: RunEnded) => void) | null
}

/** Makes the object a journey is called with; once per agent slot and session. */
export type CreateContext = (port: CodePort) => unknown

export class CodeAgents {
  readonly #createContext: CreateContext
  readonly #clock: Clock
  readonly #states: (CodeState | undefined)[] = []
  #agents: AgentTable | null = null
  #wheel: TimingWheel | null = null
  #walker: Walker | null = null
  #stopping = false
  #busy = 0

  constructor(createContext: CreateContext, clock: Clock) {
    this.#createContext = createContext
    this.#clock = clock
  }

  /** Journeys under way. */
  get busyCount(): number {
    return this.#busy
  }

  attach(agents: AgentTable, wheel: TimingWheel, walker: Walker): void {
    this.#agents = agents
    this.#wheel = wheel
    this.#walker = walker
  }

  start(agent: number, journey: JourneyProgram, intendedMs: number, ended: CodeEnded): void {
    const state = this.#states[agent] ?? this.#createState(agent)
    this.#states[agent] = state
    state.intendedMs = intendedMs
    this.#busy++
    const finish = (failure: unknown) => {
      this.#busy--
      ended(this.#clock.nowMs(), failure)
    }
    this.#walk(state, journey).then(() => finish(null), finish)
  }

  /** Runs the code, then the think time it did not await: until that is over the agent is not free. */
  async #walk(state: CodeState, journey: JourneyProgram): Promise<void> {
    try {
      await journey.code?.(state.context)
    } finally {
      await state.thinking
    }
  }

  /** The think time of an agent is over. */
  wake(agent: number, dueMs: number): void {
    const state = this.#states[agent]
    if (state === undefined) return
    state.intendedMs = dueMs
    const wake = state.wake
    state.thinking = null
    state.wake = null
    state.stop = null
    wake?.()
  }

  /** The run ends: whoever thinks, or asks for more, is told. */
  stop(): void {
    this.#stopping = true
    for (const state of this.#states) {
      const stop = state?.stop
      if (state !== undefined) state.wake = state.stop = null
      stop?.(new RunEnded())
    }
  }

  endSession(agent: number): void {
    this.#states[agent] = undefined
  }

  #createState(agent: number): CodeState {
    const agents = this.#agents
    invariant(agents !== null, 'code agents are attached before they start')
    const port: CodePort = {
      agent,
      send: (op) => this.#send(agent, op),
      think: (durationMs) => this.#think(agent, durationMs),
      draw: () => agents.draw(agent),
      identity: () => agents.identity(agent),
    }
    return { port, context: this.#createContext(port), intendedMs: 0, thinking: null, wake: null, stop: null }
  }

  #send(agent: number, op: RequestOp): Promise<Answer> {
    if (this.#stopping) return forgettable(Promise.reject(new RunEnded()))
    return new Promise((resolve) => {
      const intendedMs = this.#states[agent]?.intendedMs ?? this.#clock.nowMs()
      this.#walker?.startForCode(agent, op, intendedMs, (answer) => {
        const state = this.#states[agent]
        if (state !== undefined) state.intendedMs = this.#clock.nowMs()
        resolve(answer)
      })
    })
  }

  #think(agent: number, durationMs: number): Promise<void> {
    const state = this.#states[agent]
    if (this.#stopping || state === undefined) return forgettable(Promise.reject(new RunEnded()))
    if (state.thinking !== null)
      return forgettable(Promise.reject(new Error('the agent already thinks; await one think() at a time')))
    state.thinking = forgettable(
      new Promise((resolve, reject) => {
        state.wake = resolve
        state.stop = reject
      }),
    )
    if (this.#agents !== null) this.#agents.wake[agent] = WAKE_CODE
    this.#wheel?.schedule(agent, Math.max(state.intendedMs, this.#clock.nowMs()) + durationMs)
    return state.thinking
  }
}

/** A promise that code may forget to await: its rejection must not end the shard's thread. */
function forgettable<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}
