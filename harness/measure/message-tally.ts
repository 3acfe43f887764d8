import { addNumbers } from '../base/add-numbers.ts'
import { type MessageCounts, pendingOf } from '../model/message-counts.ts'

/** The messages of shards added up, by target. */
export class MessageTally {
  readonly #counts = new Map<string, MessageCounts>()

  add(counts: MessageCounts): void {
    const { target, ...more } = counts
    const before = this.#counts.get(target)
    if (before === undefined) this.#counts.set(target, counts)
    else {
      const { target: _, ...seen } = before
      this.#counts.set(target, { target, ...addNumbers(seen, more) })
    }
  }

  list(): MessageCounts[] {
    return [...this.#counts.values()]
  }

  /** Returns the deliveries that are still expected, by target; shards are not read at one instant, so they may seem to be ahead. */
  pending(): Record<string, number> {
    return Object.fromEntries(
      [...this.#counts].map(([target, counts]) => [target, Math.max(0, pendingOf(counts))]),
    )
  }
}
