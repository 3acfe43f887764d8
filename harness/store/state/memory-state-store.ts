import type { Clock } from '../../base/clock.ts'
import type { Expiry, StateStore } from '../../ports/state-store.ts'
import { StateTable } from './state-table.ts'

/** State that this process alone sees, and that ends with it. */
export class MemoryStateStore implements StateStore {
  readonly #table: StateTable

  constructor(clock: Clock) {
    this.#table = new StateTable(clock)
  }

  get(key: string): Promise<string | null> {
    return this.#now((table) => table.get(key))
  }

  set(key: string, value: string, expiry?: Expiry): Promise<void> {
    return this.#now((table) => table.set(key, value, expiry))
  }

  setIfAbsent(key: string, value: string, expiry?: Expiry): Promise<boolean> {
    return this.#now((table) => table.setIfAbsent(key, value, expiry))
  }

  compareAndSet(
    key: string,
    expected: string | null,
    next: string | null,
    expiry?: Expiry,
  ): Promise<boolean> {
    return this.#now((table) => table.compareAndSet(key, expected, next, expiry))
  }

  delete(key: string): Promise<void> {
    return this.#now((table) => table.delete(key))
  }

  increment(key: string, by: number, expiry?: Expiry): Promise<number> {
    return this.#now((table) => table.increment(key, by, expiry))
  }

  append(key: string, line: string): Promise<void> {
    return this.#now((table) => table.append(key, line))
  }

  lines(key: string): Promise<readonly string[]> {
    return this.#now((table) => table.lines(key))
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  /** What throws rejects. */
  #now<T>(body: (table: StateTable) => T): Promise<T> {
    return new Promise((resolve) => resolve(body(this.#table)))
  }
}
