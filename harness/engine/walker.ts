/**
 * Walks agents through their journeys. An agent is a state in `AgentTable`; the walker moves it when its waiting time
 * ends or its answer arrives, and hands it back to the dispatcher when the journey is over.
 *
 * Intended instants: the first step's is the iteration's; after an answer the next step is intended at `done`, after
 * think time at the instant the think time was due to end, after a failure at the end of the back-off. A step that
 * fails for good ends the journey: the user gives up, and is no faster for it (`pauses.ts`).
 */
import { indexByWeight } from '../base/random.ts'
import { OUTCOME_ABORTED, OUTCOME_ERRORED, OUTCOME_FAILED, OUTCOME_OK } from '../model/outcome.ts'
import { WAKE_RETRY, WAKE_STEP } from './agents.ts'
import type { PooledExchange } from './exchange.ts'
import { type Flow, hasFlow, isFlowOp } from './flow.ts'
import { type Joined, ParallelRequests } from './parallel-requests.ts'
import type { ChoiceOp, JourneyProgram, RequestOp, RetryOp } from './program.ts'
import { drawRestMs } from './rest-of-journey.ts'
import { type Ended, pauseBeforeRetryMs, timeAttempts } from './retry.ts'
import { count, SHARD_COLUMN } from './shard-memory.ts'
import type { WalkerOptions } from './walker-options.ts'

/** The index of the login program in `AgentTable.journey`. */
export const LOGIN = -1

export class Walker {
  readonly #options: WalkerOptions
  readonly #parallel: ParallelRequests | null
  /** Set when the run ends: agents stop at the next step. */
  #stopping = false

  constructor(options: WalkerOptions) {
    const { codeRequests: requests } = options
    this.#options = options
    this.#parallel = requests === null ? null : new ParallelRequests(requests, (end) => this.#join(end))
  }

  /** Stops the walk: no agent takes another step. */
  stop(): void {
    this.#stopping = true
  }

  /** Begins a journey (or LOGIN) for an agent. */
  begin(agent: number, journey: number, intendedMs: number): void {
    const { agents, codeAgents, flow } = this.#options
    agents.journey[agent] = journey
    agents.step[agent] = 0
    agents.followUp[agent] = -1
    agents.attempt[agent] = 0
    agents.paused[agent] = 0
    const program = this.#journeyOf(agent)
    // A journey whose conditions let it send nothing goes on no faster than one that nobody answers.
    agents.unanswered[agent] = hasFlow(program) ? 1 : 0
    if (flow !== null) flow.begin(agent)
    if (program.code !== null) codeAgents?.start(agent, program, intendedMs)
    else this.#advance(agent, intendedMs)
  }

  /** Continues after the waiting time before a step or another attempt. */
  wake(agent: number, dueMs: number): void {
    if (this.#stopping) return this.#options.owner.journeyEnded(agent, dueMs, false)
    if (this.#options.agents.wake[agent] === WAKE_RETRY)
      this.#options.requests.start(agent, this.#currentRequest(agent), dueMs)
    else this.#advance(agent, dueMs)
  }

  /** Draws the total waiting time of the steps after the current one, from an instant on, by the agent's own draws. */
  drawRestMs(agent: number, atMs: number): number {
    const { agents, flow } = this.#options
    return drawRestMs(agent, this.#journeyOf(agent).ops, agents, flow, atMs)
  }

  /** Called by an exchange when its driver is done with it. */
  settled(exchange: PooledExchange): void {
    const { owner, agents, requests, codeRequests } = this.#options
    const nowMs = exchange.doneMs
    owner.requestEnding(nowMs)
    requests.judge(exchange)
    agents.unanswered[exchange.agent] = exchange.outcome === OUTCOME_ERRORED ? 1 : 0
    const { codeRequest } = exchange
    if (codeRequest !== null) {
      exchange.codeRequest = null
      codeRequests?.settled(exchange, codeRequest)
    } else {
      if (exchange.op.retry !== null) timeAttempts(agents, exchange)
      requests.record(exchange)
      this.#afterStep(exchange)
    }
    owner.requestEnded(nowMs)
  }

  #afterStep(exchange: PooledExchange): void {
    const { agents, requests } = this.#options
    const { agent, op, outcome, networkDelayMs } = exchange
    const doneMs = exchange.doneMs + networkDelayMs
    requests.release(exchange)
    if (outcome === OUTCOME_OK || outcome === OUTCOME_FAILED) agents.failures[agent] = 0
    if (outcome !== OUTCOME_OK) return this.#afterFailure(exchange, op.retry, doneMs)
    agents.attempt[agent] = 0
    if (agents.followUp[agent] === -1 && op.followUps.length > 0 && !this.#stopping) {
      if (this.#followUp(agent, op, doneMs)) return
    }
    agents.followUp[agent] = -1
    agents.step[agent] = (agents.step[agent] as number) + 1
    if (networkDelayMs > 0) this.#waitForStep(agent, doneMs)
    else this.#advance(agent, doneMs)
  }

  #afterFailure(ended: Ended, retry: RetryOp | null, doneMs: number): void {
    const { agents, wheel } = this.#options
    const { agent } = ended
    const attempts = (agents.attempt[agent] as number) + 1
    const pauseMs = this.#stopping ? -1 : pauseBeforeRetryMs(agents, retry, ended, attempts)
    if (pauseMs < 0) return this.#giveUp(agent, doneMs, ended.outcome === OUTCOME_ABORTED)
    agents.attempt[agent] = attempts
    agents.wake[agent] = WAKE_RETRY
    wheel.schedule(agent, doneMs + pauseMs)
  }

  /** Goes on after the last of several requests. */
  #join({ agent, atMs, hasFailed, wasAborted }: Joined): void {
    const { agents } = this.#options
    if (hasFailed) return this.#giveUp(agent, atMs, wasAborted)
    agents.failures[agent] = 0
    agents.step[agent] = (agents.step[agent] as number) + 1
    this.#advance(agent, atMs)
  }

  /** Ends a journey that a failure ends, or the harness itself. */
  #giveUp(agent: number, atMs: number, wasAborted: boolean): void {
    const { counters, flow, owner } = this.#options
    if (!wasAborted) {
      count(counters, SHARD_COLUMN.failedJourneys)
      if (flow !== null) flow.giveUp(agent, atMs)
    }
    owner.journeyEnded(agent, atMs, false)
  }

  /** Decides with one draw whether a follow-up is taken, and which. */
  #followUp(agent: number, op: RequestOp, doneMs: number): boolean {
    const { agents, counters } = this.#options
    const draw = agents.draw(agent)
    const taken = op.followUps.findIndex((followUp) => draw < followUp.cumulative)
    const followUp = op.followUps[taken]
    if (followUp === undefined) return false
    agents.followUp[agent] = taken
    count(counters, followUp.column)
    this.#options.requests.start(agent, followUp.op, doneMs)
    return true
  }

  #advance(agent: number, intendedMs: number): void {
    const { agents, owner, requests, flow } = this.#options
    const { ops } = this.#journeyOf(agent)
    const op = ops[agents.step[agent] as number]
    if (op === undefined) return owner.journeyEnded(agent, intendedMs, true)
    if (this.#stopping) return this.#stopAt(agent, intendedMs)
    if (op.kind === 'request') {
      requests.start(agent, op, intendedMs)
    } else if (op.kind === 'choice') {
      const choice = indexByWeight(op.cumulativeWeights, agents.draw(agent))
      agents.choice[agent] = choice
      requests.start(agent, op.ops[choice] as RequestOp, intendedMs)
    } else if (op.kind === 'think') {
      agents.step[agent] = (agents.step[agent] as number) + 1
      const pauseMs = agents.drawMs(agent, op)
      this.#pause(agent, intendedMs, intendedMs + pauseMs)
    } else if (op.kind === 'parallel') this.#parallel?.start(agent, op, intendedMs)
    else if (op.kind === 'rendezvous') this.#options.rendezvous?.come(agent, op, intendedMs)
    else if (flow !== null) this.#decide(agent, flow, intendedMs)
  }

  /** Goes on after a rendezvous to which the agent came at one instant, and which let it go at another. */
  leaveRendezvous(agent: number, cameMs: number, goMs: number): void {
    const { agents } = this.#options
    agents.step[agent] = (agents.step[agent] as number) + 1
    this.#pause(agent, cameMs, goMs)
  }

  /** Ends the journey where it is; it is complete when nothing is left in it that takes time. */
  #stopAt(agent: number, atMs: number): void {
    const { agents, owner, flow } = this.#options
    const { ops } = this.#journeyOf(agent)
    const step = agents.step[agent] as number
    const left = flow === null ? step : flow.pass(agent, ops, step, atMs)
    owner.journeyEnded(agent, atMs, left >= ops.length)
  }

  /** Goes on to the next operation that takes time. */
  #decide(agent: number, flow: Flow, intendedMs: number): void {
    const { agents } = this.#options
    const { ops } = this.#journeyOf(agent)
    const step = flow.pass(agent, ops, agents.step[agent] as number, intendedMs)
    agents.step[agent] = step
    const op = ops[step]
    if (op?.kind === 'pace') {
      agents.step[agent] = step + 1
      this.#pause(agent, intendedMs, flow.passPace(agent, op, intendedMs))
    } else if (op !== undefined && isFlowOp(op)) this.#waitForStep(agent, intendedMs)
    else this.#advance(agent, intendedMs)
  }

  /** Pauses as the user does: that is no part of what a group of steps takes. */
  #pause(agent: number, fromMs: number, dueMs: number): void {
    const { agents, flow } = this.#options
    if (dueMs > fromMs) agents.paused[agent] = 1
    if (flow !== null) flow.pause(agent, dueMs - fromMs)
    this.#waitForStep(agent, dueMs)
  }

  #waitForStep(agent: number, dueMs: number): void {
    this.#options.agents.wake[agent] = WAKE_STEP
    this.#options.wheel.schedule(agent, dueMs)
  }

  /** Returns the agent's current request: the step's own, the chosen alternative, or the follow-up in progress. */
  #currentRequest(agent: number): RequestOp {
    const { agents } = this.#options
    const op = this.#journeyOf(agent).ops[agents.step[agent] as number] as RequestOp | ChoiceOp
    const request = requestOf(op, agents.choice[agent] as number)
    return request.followUps[agents.followUp[agent] as number]?.op ?? request
  }

  #journeyOf(agent: number): JourneyProgram {
    const { program, agents } = this.#options
    const journey = agents.journey[agent] as number
    return (journey === LOGIN ? program.login : program.journeys[journey]) as JourneyProgram
  }
}

function requestOf(op: RequestOp | ChoiceOp, choice: number): RequestOp {
  return op.kind === 'choice' ? (op.ops[choice] as RequestOp) : op
}
