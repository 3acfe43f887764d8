/**
 * Events over a Redis or Valkey server, received by every client of it, whatever its database number. An event that is
 * published while the server is away, or a listener not connected, is lost to it: facts that must hold later are state.
 */

import type { BusEvent, BusListener, EventBus } from '../../ports/event-bus.ts'
import { RedisConnection } from '../../system/redis-connection.ts'
import { Listeners, textOf } from './listeners.ts'

/** The prefix of every topic. */
const PREFIX = 'proofload:event:'

/** Connects when it is created. */
export class RedisEventBus implements EventBus {
  readonly #publisher: RedisConnection
  /** Before version 6, a connection that listens can do nothing else. */
  readonly #subscriber: RedisConnection
  readonly #listeners = new Listeners()

  /** @throws HarnessError USAGE when the location is not an address */
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
      // Best effort: the listeners are removed whether or not the server receives this.
      if (remove()) await this.#subscriber.ask((redis) => redis.punsubscribe(glob)).catch(() => undefined)
    }
  }

  async close(): Promise<void> {
    this.#listeners.clear()
    await Promise.all([this.#publisher.close(), this.#subscriber.close()])
  }

  /** Subscribes again on a new connection. If this one is lost before that, the next one tries. */
  #listenAgain(): void {
    const globs = this.#listeners.patterns
    if (globs.length > 0) this.#subscriber.ask((redis) => redis.psubscribe(...globs)).catch(() => undefined)
  }
}

/** Escapes the wildcards of the server other than `*`. */
function globOf(pattern: string): string {
  return `${PREFIX}${pattern.replace(/[\\?[\]]/g, '\\$&')}`
}
