/** Requests of code: tried again as those of steps are, and answered once the answer has travelled back to the region. */
import type { Answer } from '../ports/target.ts'
import type { AgentTable } from './agents.ts'
import type { CodeRequest } from './code-port.ts'
import { ExchangeAnswer, type PooledExchange } from './exchange.ts'
import type { LoopTurn } from './loop-turn.ts'
import type { Requests } from './requests.ts'
import { pauseBeforeRetryMs } from './retry.ts'
import { Waits } from './waits.ts'

export class CodeRequests {
  readonly #agents: AgentTable
  readonly #requests: Requests
  readonly #waits: Waits
  #isStopping = false

  /** @param startMs run start, ms of the clock */
  constructor(agents: AgentTable, requests: Requests, turn: LoopTurn, startMs: number) {
    this.#agents = agents
    this.#requests = requests
    this.#waits = new Waits(turn, startMs)
  }

  start(request: CodeRequest, intendedMs: number): void {
    this.#attempt(request, intendedMs, 1)
  }

  /** Handles an attempt that is recorded. */
  settled(exchange: PooledExchange, request: CodeRequest): void {
    const { attempt, doneMs, networkDelayMs } = exchange
    const answer = new ExchangeAnswer(exchange)
    const pauseMs = this.#isStopping
      ? -1
      : pauseBeforeRetryMs(this.#agents, request.op.retry, exchange, attempt)
    this.#requests.release(exchange)
    const atMs = doneMs + networkDelayMs
    if (pauseMs < 0) this.#give(request, answer, atMs, networkDelayMs)
    else this.#waits.until(atMs + pauseMs, (dueMs) => this.#again(request, answer, dueMs, attempt + 1))
  }

  advance(nowMs: number): void {
    this.#waits.advance(nowMs)
  }

  /** Tries nothing again from now on: code gets the last answer at once. */
  stop(): void {
    this.#isStopping = true
    this.#waits.end()
  }

  #again(request: CodeRequest, lastAnswer: Answer, dueMs: number, attempt: number): void {
    if (this.#isStopping) request.resolve(lastAnswer, dueMs)
    else this.#attempt(request, dueMs, attempt)
  }

  #attempt(request: CodeRequest, intendedMs: number, attempt: number): void {
    const { agent, op } = request
    const exchange = this.#requests.start(agent, op, intendedMs, request.request, attempt > 1)
    exchange.codeRequest = request
    exchange.attempt = attempt
  }

  #give(request: CodeRequest, answer: Answer, atMs: number, networkDelayMs: number): void {
    if (networkDelayMs === 0) request.resolve(answer, atMs)
    else this.#waits.until(atMs, (dueMs) => request.resolve(answer, dueMs))
  }
}
