import type { PooledExchange } from './exchange.ts'

/** The free exchanges, and those in flight (for the drain). */
export class ExchangePool {
  readonly #free: PooledExchange[] = []
  readonly #inFlight: PooledExchange[] = []
  readonly #make: () => PooledExchange

  constructor(make: () => PooledExchange) {
    this.#make = make
  }

  get inFlightCount(): number {
    return this.#inFlight.length
  }

  get inFlight(): readonly PooledExchange[] {
    return this.#inFlight
  }

  take(): PooledExchange {
    const exchange = this.#free.pop() ?? this.#make()
    exchange.inFlightIndex = this.#inFlight.length
    this.#inFlight.push(exchange)
    return exchange
  }

  /** Removes it from the in-flight list and keeps it for the next request. */
  release(exchange: PooledExchange): void {
    this.detach(exchange)
    this.recycle(exchange)
  }

  /** Removes it from the in-flight list, by swapping with the last: it is over, and not free yet. */
  detach(exchange: PooledExchange): void {
    const last = this.#inFlight.pop() as PooledExchange
    if (last !== exchange) {
      this.#inFlight[exchange.inFlightIndex] = last
      last.inFlightIndex = exchange.inFlightIndex
    }
    exchange.inFlightIndex = -1
  }

  /** Keeps one that was detached for the next request. */
  recycle(exchange: PooledExchange): void {
    exchange.header = null
    exchange.body = null
    this.#free.push(exchange)
  }
}
