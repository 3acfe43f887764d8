/** Values and lists as `StateStore` promises them, in memory and without waiting; the stores in memory and in a file share it. */
import * as z from 'zod'
import type { Clock } from '../../base/clock.ts'
import { recordOf } from '../../base/record-of.ts'
import type { Expiry } from '../../ports/state-store.ts'

export const STATE_SCHEMA_VERSION = 1

const entrySchema = z.object({
  value: z.string(),
  /** Calendar milliseconds at which it is gone; null: never. */
  expiresAtMs: z.number().nullable(),
})
type Entry = z.infer<typeof entrySchema>

/** Everything a table holds, as it is stored. */
export const stateDocumentSchema = z.object({
  schemaVersion: z.literal(STATE_SCHEMA_VERSION),
  values: recordOf(entrySchema),
  lists: recordOf(z.array(z.string())),
})
export type StateDocument = z.infer<typeof stateDocumentSchema>

const EMPTY: StateDocument = { schemaVersion: STATE_SCHEMA_VERSION, values: {}, lists: {} }

/** A value and a list may bear one name; whoever deletes it deletes both. */
export class StateTable {
  readonly #values: Map<string, Entry>
  readonly #lists: Map<string, string[]>
  readonly #clock: Clock
  #changed = false

  constructor(clock: Clock, { values, lists }: StateDocument = EMPTY) {
    this.#clock = clock
    this.#values = new Map(Object.entries(values))
    this.#lists = new Map(Object.entries(lists))
  }

  /** True when the table was changed since it was created. */
  get changed(): boolean {
    return this.#changed
  }

  /** The document without expired keys. */
  get document(): StateDocument {
    const live = [...this.#values].filter(([, entry]) => this.#isLive(entry))
    return { ...EMPTY, values: Object.fromEntries(live), lists: Object.fromEntries(this.#lists) }
  }

  get(key: string): string | null {
    const entry = this.#values.get(key)
    return entry !== undefined && this.#isLive(entry) ? entry.value : null
  }

  set(key: string, value: string, expiry?: Expiry): void {
    this.#values.set(key, { value, expiresAtMs: this.#instantOf(expiry) })
    this.#changed = true
  }

  setIfAbsent(key: string, value: string, expiry?: Expiry): boolean {
    return this.compareAndSet(key, null, value, expiry)
  }

  compareAndSet(key: string, expected: string | null, next: string | null, expiry?: Expiry): boolean {
    if (this.get(key) !== expected) return false
    if (next !== null) this.set(key, next, expiry)
    else if (this.#values.delete(key)) this.#changed = true
    return true
  }

  delete(key: string): void {
    const hadValue = this.#values.delete(key)
    const hadList = this.#lists.delete(key)
    if (hadValue || hadList) this.#changed = true
  }

  append(key: string, line: string): void {
    this.#lists.set(key, [...this.lines(key), line])
    this.#changed = true
  }

  lines(key: string): readonly string[] {
    return this.#lists.get(key) ?? []
  }

  #isLive({ expiresAtMs }: Entry): boolean {
    return expiresAtMs === null || this.#clock.wallMs() < expiresAtMs
  }

  #instantOf(expiry: Expiry | undefined): number | null {
    const ttlMs = expiry?.ttlMs ?? null
    return ttlMs === null ? null : this.#clock.wallMs() + ttlMs
  }
}
