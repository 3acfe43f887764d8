/**
 * Requests of code: tried again as those of steps are, and answered once the answer has travelled back to the region. A good answer
 * is recorded when its agent goes on.
 */
import { OUTCOME_ABORTED, OUTCOME_OK } from '../model/outcome.ts'
import type { Answer } from '../ports/target.ts'
import type { AgentTable } from './agents.ts'
import type { CodeRequest } from './code-port.ts'
import { ExchangeAnswer, type PooledExchange } from './exchange.ts'
import { HeldAnswers } from './held-answers.ts'
import type { LoopTurn } from './loop-turn.ts'
import type { Requests } from './requests.ts'
import { pauseBeforeRetryMs } from './retry.ts'
import { Waits } from './waits.ts'

export class CodeRequests {
  readonly #agents: AgentTable
  readonly #requests: Requests
  readonly #waits: Waits
  readonly #held: HeldAnswers
  #isStopping = false

  /** @param startMs run start, ms of the clock */
  constructor(agents: AgentTable, requests: Requests, turn: LoopTurn, startMs: number) {
    this.#agents = agents
    this.#requests = requests
    this.#waits = new Waits(turn, startMs)
    this.#held = new HeldAnswers((exchange) => this.#requests.recordDetached(exchange))
  }

  start(request: CodeRequest, intendedMs: number): void {
    this.#attempt(request, intendedMs, 1)
  }

  /** Handles an attempt that was judged. */
  settled(exchange: PooledExchange, request: CodeRequest): void {
    const { attempt, doneMs, networkDelayMs } = exchange
    const answer = new ExchangeAnswer(exchange)
    const atMs = doneMs + networkDelayMs
    if (exchange.outcome === OUTCOME_OK) {
      this.#requests.detach(exchange)
      if (networkDelayMs === 0) return this.#giveGood(request, answer, exchange, atMs)
      return this.#waits.until(atMs, (dueMs) => this.#giveGood(request, answer, exchange, dueMs))
    }
    const wasAborted = exchange.outcome === OUTCOME_ABORTED
    const pauseMs = this.#isStopping
      ? -1
      : pauseBeforeRetryMs(this.#agents, request.op.retry, exchange, attempt)
    this.#requests.record(exchange)
    this.#requests.release(exchange)
    if (pauseMs >= 0)
      this.#waits.until(atMs + pauseMs, (dueMs) => this.#again(request, answer, dueMs, attempt + 1))
    else if (networkDelayMs === 0) request.resolve(answer, atMs, wasAborted)
    else this.#waits.until(atMs, (dueMs) => request.resolve(answer, dueMs, wasAborted))
  }

  advance(nowMs: number): void {
    this.#held.recordClosing()
    this.#waits.advance(nowMs)
  }

  /** Takes note that the code of an agent goes on: it has looked at the answers that it was given. */
  goesOn(agent: number): void {
    this.#held.goesOn(agent)
  }

  /** Tries nothing again from now on: code gets the last answer at once. */
  stop(): void {
    this.#isStopping = true
    this.#waits.end()
  }

  /** Records what code might still have failed. */
  end(): void {
    this.#held.end()
  }

  #again(request: CodeRequest, lastAnswer: Answer, dueMs: number, attempt: number): void {
    if (this.#isStopping) request.resolve(lastAnswer, dueMs, false)
    else this.#attempt(request, dueMs, attempt)
  }

  #attempt(request: CodeRequest, intendedMs: number, attempt: number): void {
    const { agent, op } = request
    const exchange = this.#requests.start(agent, op, intendedMs, request.request, attempt > 1)
    exchange.codeRequest = request
    exchange.attempt = attempt
  }

  #giveGood(request: CodeRequest, answer: ExchangeAnswer, exchange: PooledExchange, atMs: number): void {
    this.#held.hold(answer, exchange)
    request.resolve(answer, atMs, false)
  }
}
