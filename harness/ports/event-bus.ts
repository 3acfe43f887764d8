/** Publishes events to subscribers. Facts that must hold later belong in the `StateStore`, never in an event. */

/** One event. */
export interface BusEvent {
  /** The topic, its dot-separated parts from general to specific: `run.<runId>.objective`, `emergency`, `rollback.<id>.step`. */
  readonly topic: string
  /** ISO 8601. */
  readonly at: string
  readonly correlationId: string
  /** Plain JSON. */
  readonly data: unknown
}

export type BusListener = (event: BusEvent) => void | Promise<void>

export interface EventBus {
  /** Publishes one batch, in order. @throws HarnessError STATE_UNREACHABLE */
  publish(events: readonly BusEvent[]): Promise<void>
  /**
   * Calls back for every event whose topic matches; `*` matches any text, dots included. A listener that throws or rejects
   * affects
   * neither the publisher nor other listeners. Resolves with a function that ends the subscription.
   */
  subscribe(pattern: string, listener: BusListener): Promise<() => Promise<void>>
  close(): Promise<void>
}
