import type { Expiry, StateStore } from '../../ports/state-store.ts'
import type { StateTable } from './state-table.ts'

/** A state store over a table; where the table is, and who else sees it, is for its kinds to say. */
export abstract class TableStateStore implements StateStore {
  /** The table as it is now. */
  protected abstract read(): Promise<StateTable>
  /** Changes the table, one change after the other; resolves to the answer. */
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

  increment(key: string, by: number, expiry?: Expiry): Promise<number> {
    return this.change((table) => table.increment(key, by, expiry))
  }

  append(key: string, line: string): Promise<void> {
    return this.change((table) => table.append(key, line))
  }

  async lines(key: string): Promise<readonly string[]> {
    return (await this.read()).lines(key)
  }
}
