import type { Exchange } from '../ports/target.ts'
import { Slots } from './slots.ts'

/** The calls of a driver that are under way, by number and by exchange. */
export class Calls<T extends { readonly exchange: Exchange }> extends Slots<T> {
  readonly #byExchange = new Map<Exchange, T>()

  override add(make: (slot: number) => T): T {
    const call = super.add(make)
    this.#byExchange.set(call.exchange, call)
    return call
  }

  /** The call that carries an exchange out, if it is under way: to give many up must not search all of them for each. */
  of(exchange: Exchange): T | undefined {
    return this.#byExchange.get(exchange)
  }

  override remove(slot: number): void {
    const call = this.get(slot)
    if (call !== undefined) this.#byExchange.delete(call.exchange)
    super.remove(slot)
  }
}
