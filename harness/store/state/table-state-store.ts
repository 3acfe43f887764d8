import type { Expiry, StateStore } from '../../ports/state-store.ts'
import type { StateTable } from './state-table.ts'

/** A state store over a table; subclasses keep the table. */
export abstract class TableStateStore implements StateStore {
  /** Reads the current table. */
  protected abstract read(): Promise<StateTable>
  /** Applies changes one after the other; resolves to the answer of this one. */
  protected abstract change<T>(change: (table: StateTable) => T): Promise<T>
  abstract close(): Promise<void>

  async get(key: string): Promise<string | null> {
    return (await this.read()).get(key)
  }

  set(key: string, value: string, expiry?: Expiry): Promise<void> {
    return this.change((table) => table.set(key, value, expiry))
  }

  setIfAbsent(key: string, value: string, expiry?: Expiry): Promise<boolean> {
    return this.change((table) => table.setIfAbsent(key, value, expiry))
  }

  compareAndSet(
    key: string,
    expected: string | null,
    next: string | null,
    expiry?: Expiry,
  ): Promise<boolean> {
    return this.change((table) => table.compareAndSet(key, expected, next, expiry))
  }

  delete(key: string): Promise<void> {
    return this.change((table) => table.delete(key))
  }

  append(key: string, line: string): Promise<void> {
    return this.change((table) => table.append(key, line))
  }

  async lines(key: string): Promise<readonly string[]> {
    return (await this.read()).lines(key)
  }
}
