/**
 * Small state that outlives a process and is shared by several: the emergency state, the stop-the-line lock, audit lines.
 * Values are text; a key that has expired is absent. Every method may reject with HarnessError STATE_UNREACHABLE.
 */

export interface Expiry {
  /** Milliseconds after which the key is gone; null: never. */
  readonly ttlMs: number | null
}

export interface StateStore {
  get(key: string): Promise<string | null>
  set(key: string, value: string, expiry?: Expiry): Promise<void>
  /** Whether it was absent, and is now set. */
  setIfAbsent(key: string, value: string, expiry?: Expiry): Promise<boolean>
  /** Whether it held exactly `expected` (null: was absent), and now holds `next` (null: is gone). */
  compareAndSet(key: string, expected: string | null, next: string | null, expiry?: Expiry): Promise<boolean>
  delete(key: string): Promise<void>
  /** Adds to a whole number (absent: 0) in one step; gives the sum. A first increment starts the expiry. */
  increment(key: string, by: number, expiry?: Expiry): Promise<number>
  /** Adds a line to a list; lists never expire. */
  append(key: string, line: string): Promise<void>
  /** All lines of a list, oldest first. */
  lines(key: string): Promise<readonly string[]>
  close(): Promise<void>
}
