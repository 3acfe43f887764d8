/** Tells the bus how a rollback goes. A bus that is away neither stops nor slows it. */
import { type Clock, isoOf } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { resilient } from '../../base/resilience.ts'
import type { EventBus } from '../../ports/event-bus.ts'

const POLICY = { attempts: 1, timeoutMs: 2_000, pauseMs: 0, breaker: { failures: 2, breakMs: 30_000 } }

export interface Publisher {
  /** In order; returns at once. */
  publish(topic: string, data: unknown): void
  /** Resolves when all is published or given up. */
  settled(): Promise<void>
}

export function createPublisher(
  bus: EventBus,
  clock: Clock,
  correlationId: string,
  note: (message: string) => void,
): Publisher {
  const policy = resilient(POLICY)
  let last: Promise<void> = Promise.resolve()
  return {
    publish(topic, data) {
      const event = { topic, at: isoOf(clock.wallMs()), correlationId, data }
      last = last
        .then(() => policy.execute(() => bus.publish([event])))
        .catch((error: unknown) => note(`events cannot be published: ${messageOf(error)}`))
    },
    settled: () => last,
  }
}
