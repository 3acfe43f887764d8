/** Tells whoever listens what happens; what has to be true later is state (`StateStore`), never an event. */

/** One thing that happened. */
export interface BusEvent {
  /** Dots from the general to the special: `run.<runId>.objective`, `emergency`, `rollback.<id>.step`. */
  readonly topic: string
  /** ISO 8601. */
  readonly at: string
  readonly correlationId: string
  /** Plain JSON. */
  readonly data: unknown
}

export type BusListener = (event: BusEvent) => void | Promise<void>

export interface EventBus {
  /** One batch, in order. @throws HarnessError STATE_UNREACHABLE */
  publish(events: readonly BusEvent[]): Promise<void>
  /**
   * Calls back for every event whose topic fits; `*` stands for any text, dots included. A listener that throws or rejects
   * disturbs neither the publisher nor another listener. Resolves to what ends it.
   */
  subscribe(pattern: string, listener: BusListener): Promise<() => Promise<void>>
  close(): Promise<void>
}
