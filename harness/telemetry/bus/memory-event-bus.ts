import type { BusEvent, BusListener, EventBus } from '../../ports/event-bus.ts'
import { Listeners, textOf } from './listeners.ts'

/** An event bus within this process. */
export class MemoryEventBus implements EventBus {
  readonly #listeners = new Listeners()

  publish(events: readonly BusEvent[]): Promise<void> {
    for (const event of events) {
      for (const pattern of this.#listeners.patterns)
        if (fits(pattern, event.topic)) this.#listeners.deliver(pattern, textOf(event))
    }
    return Promise.resolve()
  }

  subscribe(pattern: string, listener: BusListener): Promise<() => Promise<void>> {
    const remove = this.#listeners.add(pattern, listener)
    return Promise.resolve(() => {
      remove()
      return Promise.resolve()
    })
  }

  close(): Promise<void> {
    this.#listeners.clear()
    return Promise.resolve()
  }
}

/** Matches a topic; `*` matches any text. */
function fits(pattern: string, topic: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(topic)
}
