/** Sessions and iterations of agents: what begins when a pause ends, and what follows when a journey is over. */
import type { Clock } from '../base/clock.ts'
import { indexByWeight } from '../base/random.ts'
import { LATE_START_MS } from '../model/generator-limits.ts'
import { type AgentTable, WAKE_CODE, WAKE_FIRST, WAKE_ITERATION, WAKE_SESSION } from './agents.ts'
import type { CodeAgents } from './code-agents.ts'
import type { Dispatch, SessionStarter, WorkloadShare } from './dispatch.ts'
import type { Flow } from './flow.ts'
import type { IterationBudget } from './iteration-budget.ts'
import type { LoopTurn } from './loop-turn.ts'
import type { Pauses } from './pauses.ts'
import type { Program, WalkedJourneys } from './program.ts'
import { count, SHARD_COLUMN } from './shard-memory.ts'
import type { TimingWheel } from './timing-wheel.ts'
import type { VariableStore } from './variables.ts'
import { LOGIN, type Walker } from './walker.ts'

export interface SessionsOptions {
  readonly share: WorkloadShare
  readonly walked: WalkedJourneys
  readonly program: Program
  readonly agents: AgentTable
  readonly wheel: TimingWheel
  readonly walker: Walker
  readonly codeAgents: CodeAgents | null
  readonly flow: Flow | null
  readonly variables: VariableStore
  readonly pauses: Pauses
  readonly turn: LoopTurn
  /** The columns that count the agents of its places in `places`; null: they are not counted. */
  readonly regions: { readonly counters: Float64Array; readonly columns: readonly number[] } | null
  readonly clock: Clock
  /** Null: the time alone ends the load. */
  readonly budget: IterationBudget | null
  /** End of the workload, ms of the clock. */
  readonly endMs: number
  readonly createDispatch: (sessions: SessionStarter) => Dispatch
}

export class Sessions implements SessionStarter {
  readonly #options: SessionsOptions
  readonly #counters: Float64Array
  readonly #agents: AgentTable
  #isStopping = false
  readonly dispatch: Dispatch

  constructor(options: SessionsOptions) {
    const { share, agents } = options
    this.#options = options
    this.#counters = share.counters
    this.#agents = agents
    this.dispatch = options.createDispatch(this)
  }

  /** Tells whether its number of iterations, or its time, has ended the load. */
  isOver(nowMs: number): boolean {
    return this.isSpent || nowMs >= this.#options.endMs
  }

  /** Tells whether its number of iterations has ended the load. */
  get isSpent(): boolean {
    return this.#options.budget?.isSpent === true
  }

  /** Starts nothing more from now on: agents leave when their journey or their pause is over. */
  stop(): void {
    this.#isStopping = true
  }

  startSession(agent: number, identity: number): void {
    const agents = this.#agents
    if (agents.active[agent] === 0) {
      agents.active[agent] = 1
      agents.assume(agent, identity)
      this.#countAgent(agent, 1)
    }
    const { journeys } = this.#options.share.workload.session
    agents.journeysLeft[agent] =
      journeys === null
        ? this.dispatch.journeysDefault
        : journeys.min + Math.floor(agents.draw(agent) * (journeys.max - journeys.min + 1))
    count(this.#counters, SHARD_COLUMN.sessions)
  }

  startFirst(agent: number, intendedMs: number, nowMs: number): void {
    this.#agents.intendedMs[agent] = intendedMs
    const { program, walker } = this.#options
    if (program.login === null) this.#startIteration(agent, intendedMs, nowMs)
    else if (this.#takeRows(agent)) walker.begin(agent, LOGIN, intendedMs)
  }

  startFirstAt(agent: number, dueMs: number): void {
    this.#wait(agent, WAKE_FIRST, dueMs)
  }

  vacate(agent: number): void {
    this.#agents.active[agent] = 0
    this.#countAgent(agent, -1)
  }

  /** Decides what follows a journey, or a login, that is over at `atMs`. */
  journeyEnded(agent: number, atMs: number, completed: boolean): void {
    if (this.#agents.journey[agent] === LOGIN) return this.#loginEnded(agent, atMs, completed)
    if (completed) count(this.#counters, SHARD_COLUMN.iterations)
    const { budget } = this.#options
    budget?.end()
    if (this.#isStopping || budget?.hasLeft(agent) === false) return this.#retire(agent)
    const agents = this.#agents
    const journeysLeft = (agents.journeysLeft[agent] as number) - 1
    agents.journeysLeft[agent] = journeysLeft
    const isLast = journeysLeft <= 0
    if (isLast) this.#endSession(agent)
    // Arrivals, not agents, make an open load: whatever went wrong, an agent without a journey left is free at once.
    if (isLast && this.dispatch.takeBack(agent)) return
    const { walker, pauses } = this.#options
    const keptMs = completed ? 0 : walker.drawRestMs(agent, atMs)
    if (isLast) this.#wait(agent, WAKE_SESSION, pauses.untilSession(agent, atMs, keptMs))
    else this.#wait(agent, WAKE_ITERATION, pauses.untilJourney(agent, atMs, keptMs))
  }

  /** Handles the end of an agent's wait. Bound, for the wheel. */
  readonly onDue = (agent: number, dueMs: number): void => {
    const { turn, walker, codeAgents, endMs } = this.#options
    turn.hasWorked = true
    const wake = this.#agents.wake[agent] as number
    if (wake === WAKE_CODE) return codeAgents?.wake(agent, dueMs)
    if (wake !== WAKE_SESSION && wake !== WAKE_ITERATION && wake !== WAKE_FIRST)
      return walker.wake(agent, dueMs)
    if (this.#isStopping || dueMs >= endMs || !this.dispatch.wants(agent)) this.#retire(agent)
    else this.#goOn(agent, wake, dueMs)
  }

  #loginEnded(agent: number, atMs: number, completed: boolean): void {
    if (completed && !this.#isStopping) {
      this.#agents.failedLogins[agent] = 0
      return this.#startJourney(agent, this.dispatch.intendedAfterLogin(agent, atMs), atMs)
    }
    count(this.#counters, SHARD_COLUMN.cancelled)
    this.#options.budget?.giveBack(agent)
    if (this.#isStopping) return this.#retire(agent)
    this.#endSession(agent)
    if (!this.dispatch.takeBack(agent))
      this.#wait(agent, WAKE_SESSION, this.#options.pauses.untilLogin(agent, atMs))
  }

  #startIteration(agent: number, intendedMs: number, nowMs: number): void {
    if (this.#takeRows(agent)) this.#startJourney(agent, intendedMs, nowMs)
  }

  /**
   * Gives an agent the rows of a planned iteration, its login included; without a row left, the agent ends. A login that fails has
   * used its rows.
   */
  #takeRows(agent: number): boolean {
    const agents = this.#agents
    const iteration = agents.iteration[agent] as number
    agents.iteration[agent] = iteration + 1
    const { variables, budget } = this.#options
    if (variables.beginIteration(agent, agents.identity(agent), iteration)) {
      budget?.take(agent)
      return true
    }
    count(this.#counters, SHARD_COLUMN.cancelled)
    count(this.#counters, SHARD_COLUMN.feedersDry)
    budget?.forfeit(agent)
    this.#endSession(agent)
    this.vacate(agent)
    this.dispatch.leftWithoutRow(agent)
    return false
  }

  #startJourney(agent: number, intendedMs: number, nowMs: number): void {
    this.#agents.intendedMs[agent] = intendedMs
    count(this.#counters, SHARD_COLUMN.started)
    if (nowMs - intendedMs > LATE_START_MS) count(this.#counters, SHARD_COLUMN.lateStarts)
    this.#options.walker.begin(agent, this.#pickJourney(agent), intendedMs)
  }

  #pickJourney(agent: number): number {
    const { journeys, cumulativeWeights } = this.#options.walked
    // One journey takes no draw of the agent.
    const place =
      cumulativeWeights.length === 1 ? 0 : indexByWeight(cumulativeWeights, this.#agents.draw(agent))
    return journeys[place] as number
  }

  #goOn(agent: number, wake: number, dueMs: number): void {
    count(this.#counters, SHARD_COLUMN.planned)
    const nowMs = this.#options.clock.nowMs()
    if (wake === WAKE_SESSION) this.startSession(agent, this.#agents.identity(agent))
    if (wake === WAKE_ITERATION) this.#startIteration(agent, dueMs, nowMs)
    else this.startFirst(agent, dueMs, nowMs)
  }

  /** Lets an agent wait: not at all when it is due and the turn is young, else on the wheel. */
  #wait(agent: number, wake: number, dueMs: number): void {
    const { clock, turn, wheel } = this.#options
    this.#agents.wake[agent] = wake
    if (dueMs <= clock.nowMs() && turn.isYoung()) this.onDue(agent, dueMs)
    else wheel.schedule(agent, dueMs)
  }

  #retire(agent: number): void {
    if (this.#agents.active[agent] === 0) return
    this.#endSession(agent)
    this.vacate(agent)
    this.dispatch.left(agent)
  }

  #endSession(agent: number): void {
    const { program, variables, codeAgents, flow } = this.#options
    for (const driver of program.drivers) driver.endSession(agent)
    variables.endSession(agent)
    codeAgents?.endSession(agent)
    flow?.endSession(agent)
  }

  #countAgent(agent: number, amount: 1 | -1): void {
    count(this.#counters, SHARD_COLUMN.activeAgents, amount)
    const { regions } = this.#options
    if (regions !== null)
      count(regions.counters, regions.columns[this.#agents.place(agent)] as number, amount)
  }
}
