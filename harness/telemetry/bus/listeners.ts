/** The listeners of a bus by pattern; shared by every bus, so that all treat listeners alike. */
import * as z from 'zod'
import type { BusEvent, BusListener } from '../../ports/event-bus.ts'

const busEventSchema = z.object({
  topic: z.string(),
  at: z.string(),
  correlationId: z.string(),
  data: z.unknown(),
})

/** Serializes an event. */
export function textOf(event: BusEvent): string {
  return JSON.stringify(event)
}

/** Listeners by pattern. */
export class Listeners {
  readonly #byPattern = new Map<string, Set<{ readonly call: BusListener }>>()

  get patterns(): readonly string[] {
    return [...this.#byPattern.keys()]
  }

  /** Adds a listener. The returned function removes it and returns true when its pattern has no listener left. */
  add(pattern: string, listener: BusListener): () => boolean {
    const entry = { call: listener }
    const entries = this.#byPattern.get(pattern) ?? new Set()
    this.#byPattern.set(pattern, entries.add(entry))
    return () => {
      entries.delete(entry)
      if (entries.size > 0 || this.#byPattern.get(pattern) !== entries) return false
      return this.#byPattern.delete(pattern)
    }
  }

  /**
   * Delivers a separate copy of an event to each listener of the pattern. Ignores text that is not an event, from other clients.
   */
  deliver(pattern: string, text: string): void {
    for (const { call } of [...(this.#byPattern.get(pattern) ?? [])]) {
      const event = parseEvent(text)
      if (event !== null) callSafely(call, event)
    }
  }

  clear(): void {
    this.#byPattern.clear()
  }
}

function parseEvent(text: string): BusEvent | null {
  try {
    return busEventSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** Calls a listener without waiting for it, and ignores its failure. */
function callSafely(call: BusListener, event: BusEvent): void {
  const called = new Promise<void>((resolve) => resolve(call(event)))
  called.catch(() => undefined)
}
