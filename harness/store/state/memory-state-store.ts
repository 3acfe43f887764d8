import type { Clock } from '../../base/clock.ts'
import { StateTable } from './state-table.ts'
import { TableStateStore } from './table-state-store.ts'

/** State that this process alone sees, and that ends with it. */
export class MemoryStateStore extends TableStateStore {
  readonly #table: StateTable

  constructor(clock: Clock) {
    super()
    this.#table = new StateTable(clock)
  }

  protected override read(): Promise<StateTable> {
    return Promise.resolve(this.#table)
  }

  /** Rejects with the error that the change throws. */
  protected override change<T>(change: (table: StateTable) => T): Promise<T> {
    return new Promise((resolve) => resolve(change(this.#table)))
  }

  override close(): Promise<void> {
    return Promise.resolve()
  }
}
