/**
 * Good answers that code has and may still fail. Their requests are recorded when the agent goes on: at the beginning of the turn
 * of the loop after its next request or pause, or after the end of its journey. Counts and times are then written once, and
 * never taken back.
 */
import type { ExchangeAnswer, PooledExchange } from './exchange.ts'

export class HeldAnswers {
  readonly #record: (exchange: PooledExchange) => void
  /** By agent. */
  readonly #open: (PooledExchange[] | undefined)[] = []
  /** Those whose agent has gone on; code that it runs at the same time has the rest of the turn. */
  #closing: PooledExchange[] = []
  /** The list of the turn before, to be used again. */
  #spare: PooledExchange[] = []

  /** @param record records a request that was answered, and takes its exchange back */
  constructor(record: (exchange: PooledExchange) => void) {
    this.#record = record
  }

  /** Holds an answer that its agent is given now. */
  hold(answer: ExchangeAnswer, exchange: PooledExchange): void {
    const { agent } = exchange
    exchange.answer = answer
    const open = this.#open[agent]
    if (open === undefined) this.#open[agent] = [exchange]
    else open.push(exchange)
  }

  /** Takes note that an agent goes on. */
  goesOn(agent: number): void {
    const open = this.#open[agent]
    if (open === undefined || open.length === 0) return
    for (const exchange of open) this.#closing.push(exchange)
    open.length = 0
  }

  /** Records the requests of agents that went on before this turn of the loop. */
  recordClosing(): void {
    if (this.#closing.length === 0) return
    const closing = this.#closing
    this.#closing = this.#spare
    this.#spare = closing
    for (const exchange of closing) {
      exchange.answer?.close(exchange)
      exchange.answer = null
      this.#record(exchange)
    }
    closing.length = 0
  }

  /** Records all of them: the run is over. */
  end(): void {
    this.#open.forEach((_, agent) => {
      this.goesOn(agent)
    })
    this.recordClosing()
  }
}
