/** The requests of a shard, watched one by one: for trials, in which a person reads each. A load has no such watcher. */
import { OUTCOME_OK } from '../model/outcome.ts'
import type { PooledExchange } from './exchange.ts'
import type { RequestOp } from './program.ts'
import { Requests, type RequestsOptions } from './requests.ts'

/** Watches requests from their start to their end. */
export interface RequestWatcher {
  /** The request is on its way. @param isRetry it was tried before */
  started(exchange: PooledExchange, isRetry: boolean): void
  /** The request is over and judged, and not recorded yet. */
  judged(exchange: PooledExchange): void
  /** Code has failed a good answer after a look at it. */
  failedByCode(exchange: PooledExchange): void
}

export class WatchedRequests extends Requests {
  readonly #watcher: RequestWatcher
  readonly #agents: RequestsOptions['agents']

  constructor(options: RequestsOptions, watcher: RequestWatcher) {
    super(options)
    this.#agents = options.agents
    this.#watcher = watcher
  }

  override start(
    agent: number,
    op: RequestOp,
    intendedMs: number,
    request = op.request,
    isRetry = (this.#agents.attempt[agent] as number) > 0,
  ): PooledExchange {
    const exchange = super.start(agent, op, intendedMs, request, isRetry)
    this.#watcher.started(exchange, isRetry)
    return exchange
  }

  override judge(exchange: PooledExchange): void {
    super.judge(exchange)
    this.#watcher.judged(exchange)
  }

  override recordDetached(exchange: PooledExchange): void {
    if (exchange.outcome !== OUTCOME_OK) this.#watcher.failedByCode(exchange)
    super.recordDetached(exchange)
  }
}
