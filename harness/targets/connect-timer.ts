import type { Exchange } from '../ports/target.ts'

/**
 * The time that an exchange waits for its socket. Connecting after the first byte (for a redirect, or after a stale connection) is
 * part of the service time.
 */
export class ConnectTimer {
  /** Ms of the clock; 0 = it does not wait. */
  #sinceMs = 0

  begin(exchange: Exchange, nowMs: number): void {
    if (exchange.sentMs === 0) this.#sinceMs = nowMs
  }

  /** Adds the wait to the exchange, if there was one. */
  end(exchange: Exchange, nowMs: number): void {
    if (this.#sinceMs === 0) return
    exchange.connectMs += nowMs - this.#sinceMs
    this.#sinceMs = 0
  }
}
