/**
 * Events over a Redis or Valkey server, heard by everything that reaches it whatever its database number. An event that is
 * published while the server is away, or a listener not connected, is lost to it: what has to be true later is state.
 */

import type { BusEvent, BusListener, EventBus } from '../../ports/event-bus.ts'
import { RedisConnection } from '../../system/redis-connection.ts'
import { Listeners, textOf } from './listeners.ts'

/** Before every topic. */
const PREFIX = 'proofload:event:'

/** Connects when it is made. */
export class RedisEventBus implements EventBus {
  readonly #publisher: RedisConnection
  /** Before version 6 a connection that listens can do nothing else. */
  readonly #subscriber: RedisConnection
  readonly #listeners = new Listeners()

  /** @throws HarnessError USAGE when the location is no address */
  constructor(location: string) {
    this.#publisher = new RedisConnection(location)
    this.#subscriber = new RedisConnection(location)
    this.#subscriber.events.on('pmessage', (glob: string, _channel: string, text: string) =>
      this.#listeners.deliver(glob, text),
    )
    this.#subscriber.events.on('ready', () => this.#listenAgain())
  }

  async publish(events: readonly BusEvent[]): Promise<void> {
    if (events.length === 0) return
    await this.#publisher.ask(async (redis) => {
      const batch = redis.pipeline()
      for (const event of events) batch.publish(`${PREFIX}${event.topic}`, textOf(event))
      for (const [error] of (await batch.exec()) ?? []) if (error !== null) throw error
    })
  }

  async subscribe(pattern: string, listener: BusListener): Promise<() => Promise<void>> {
    const glob = globOf(pattern)
    const remove = this.#listeners.add(glob, listener)
    try {
      await this.#subscriber.ask((redis) => redis.psubscribe(glob))
    } catch (error) {
      remove()
      throw error
    }
    return async () => {
      // The server is told as a courtesy: nobody listens any more, whether it hears of it or not.
      if (remove()) await this.#subscriber.ask((redis) => redis.punsubscribe(glob)).catch(() => undefined)
    }
  }

  async close(): Promise<void> {
    this.#listeners.clear()
    await Promise.all([this.#publisher.close(), this.#subscriber.close()])
  }

  /** A new connection listens to nothing. When this one is lost before it does, the next one tries. */
  #listenAgain(): void {
    const globs = this.#listeners.patterns
    if (globs.length > 0) this.#subscriber.ask((redis) => redis.psubscribe(...globs)).catch(() => undefined)
  }
}

/** The server knows more wildcards than `*`. */
function globOf(pattern: string): string {
  return `${PREFIX}${pattern.replace(/[\\?[\]]/g, '\\$&')}`
}
