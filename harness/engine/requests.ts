import {
  ERROR_KIND_INDEX,
  IS_LOST,
  OUTCOME_ABORTED,
  OUTCOME_OK,
  outcomeOfErrorKind,
} from '../model/outcome.ts'
import { putError } from '../ports/exchange-error.ts'
import type { AgentTable } from './agents.ts'
import type { PooledExchange } from './exchange.ts'
import type { ExchangePool } from './exchange-pool.ts'
import type { Extractor, RequestOp } from './program.ts'
import type { Recorder } from './recorder.ts'
import { count, SHARD_COLUMN, STEP_COLUMN } from './shard-memory.ts'
import { noteSpan } from './spans.ts'
import type { VariableStore } from './variables.ts'

export interface RequestsOptions {
  readonly agents: AgentTable
  readonly pool: ExchangePool
  readonly recorder: Recorder
  readonly counters: Float64Array
  /** The values taken out of answers, by agent. */
  readonly variables: VariableStore
  /** Run start, ms of the clock. */
  readonly startMs: number
}

/** The requests of a shard: started and counted, and when they are over judged, then recorded. */
export class Requests {
  readonly #options: RequestsOptions
  /** The instant before which nothing that was intended is timed: the loop stood still until then. */
  #timedFromMs = Number.NEGATIVE_INFINITY
  /** The error kind of requests that their driver aborts on request. */
  #givenUpAs: number = ERROR_KIND_INDEX.aborted

  constructor(options: RequestsOptions) {
    this.#options = options
  }

  /** Requests under way. */
  get inFlightCount(): number {
    return this.#options.pool.inFlightCount
  }

  /**
   * Starts a request of an agent. @param intendedMs instant the plan meant, ms of the clock
   * @param isRetry it was tried before. Default: by the agent's attempts, for a request of a step.
   */
  start(
    agent: number,
    op: RequestOp,
    intendedMs: number,
    request = op.request,
    isRetry = (this.#options.agents.attempt[agent] as number) > 0,
  ): PooledExchange {
    const { agents, pool, recorder, counters } = this.#options
    const stepRecorder = recorder.at(op.step, intendedMs, agents.place(agent))
    count(stepRecorder.counters, STEP_COLUMN.started)
    if (isRetry) count(stepRecorder.counters, STEP_COLUMN.retries)
    count(counters, SHARD_COLUMN.inFlight)
    const exchange = pool.take()
    if (agents.attempt[agent] === 0) agents.requests[agent] = (agents.requests[agent] as number) + 1
    exchange.scope.begin(agents.requests[agent] as number)
    exchange.begin(agent, op, request, intendedMs, agents.networkDelayMs(agent), stepRecorder)
    exchange.isUntimed = intendedMs < this.#timedFromMs
    op.driver.start(exchange)
    return exchange
  }

  /** Judges a request that its driver is done with. */
  judge(exchange: PooledExchange): void {
    const { counters, startMs } = this.#options
    if (exchange.errorKind !== 0) exchange.errorKind = this.#causeOf(exchange)
    else {
      exchange.op.judge(exchange)
      if (exchange.op.component !== null) exchange.timeAs(exchange.op.component)
      if (exchange.errorKind === 0 && exchange.op.extract !== null)
        this.#extract(exchange, exchange.op.extract)
    }
    exchange.outcome = outcomeOfErrorKind(exchange.errorKind)
    if (exchange.ownWaitMs > 0) {
      count(counters, SHARD_COLUMN.ownWaits)
      count(counters, SHARD_COLUMN.ownWaitMs, exchange.ownWaitMs)
    }
    noteSpan(counters, startMs, exchange)
    count(counters, SHARD_COLUMN.inFlight, -1)
  }

  /** Records a request that was judged. */
  record(exchange: PooledExchange): void {
    exchange.recorder.record(exchange)
    if (exchange.outcome !== OUTCOME_OK && exchange.outcome !== OUTCOME_ABORTED)
      exchange.recorder.noteFailure(exchange)
  }

  /** Gives the exchange back for another request. */
  release(exchange: PooledExchange): void {
    this.#options.pool.release(exchange)
  }

  /** Keeps an exchange that is over and will be recorded later. */
  detach(exchange: PooledExchange): void {
    exchange.keepAgentId()
    this.#options.pool.detach(exchange)
  }

  /** Records a request whose exchange was kept, and gives that back. */
  recordDetached(exchange: PooledExchange): void {
    this.record(exchange)
    this.#options.pool.recycle(exchange)
  }

  /** Leaves untimed what is in flight, and whatever was intended before an instant: the loop stood still until then. */
  forgiveStall(untilMs: number): void {
    for (const exchange of this.#options.pool.inFlight) exchange.isUntimed = true
    this.#timedFromMs = untilMs
  }

  /** Tells whether the loop has not stood still since an instant: what took until now can be timed. */
  isTimedSince(atMs: number): boolean {
    return atMs >= this.#timedFromMs
  }

  /** Makes the drivers give up what is in flight. @param errorKind index of `aborted` or `unanswered` */
  giveUp(errorKind: number): void {
    this.#givenUpAs = errorKind
    for (const exchange of [...this.#options.pool.inFlight]) exchange.op.driver.abort(exchange)
  }

  /** Takes variables out of a good answer; one that lacks them is not good. */
  #extract(exchange: PooledExchange, extract: Extractor): void {
    const { variables } = this.#options
    const missing = extract(exchange, (name, value) => variables.set(exchange.agent, name, value))
    if (missing === null) return
    putError(exchange, 'extraction', missing)
  }

  /** The kind the driver gave, but for what only the engine knows: why it was given up, and whose pause broke it. */
  #causeOf({ errorKind, isUntimed }: PooledExchange): number {
    if (errorKind === ERROR_KIND_INDEX.aborted && !isUntimed) return this.#givenUpAs
    return isUntimed && IS_LOST[errorKind] === 1 ? ERROR_KIND_INDEX['generator-stall'] : errorKind
  }
}
