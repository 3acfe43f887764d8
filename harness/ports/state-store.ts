/**
 * Small state that outlives a process and is shared by several: the emergency state, the deploy lock, audit lines.
 * Values are text; an expired key is absent. Every method may reject with HarnessError STATE_UNREACHABLE.
 */

export interface Expiry {
  /** Milliseconds until the key expires; null: never. */
  readonly ttlMs: number | null
}

export interface StateStore {
  get(key: string): Promise<string | null>
  set(key: string, value: string, expiry?: Expiry): Promise<void>
  /** Sets a key that is absent; returns false when it exists. */
  setIfAbsent(key: string, value: string, expiry?: Expiry): Promise<boolean>
  /** Replaces the value when it is exactly `expected` (null: absent) by `next` (null: deletes it); returns false otherwise. */
  compareAndSet(key: string, expected: string | null, next: string | null, expiry?: Expiry): Promise<boolean>
  delete(key: string): Promise<void>
  /** Appends a line to a list; lists never expire. */
  append(key: string, line: string): Promise<void>
  /** Returns all lines of a list, oldest first. */
  lines(key: string): Promise<readonly string[]>
  close(): Promise<void>
}
