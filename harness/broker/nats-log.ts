/** A log on a stream of JetStream: appended to by compare-and-set, read from where the reader is, whatever becomes of the broker. */
import {
  type ConsumerMessages,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  StorageType,
} from '@nats-io/jetstream'
import { type NatsConnection, nanos } from '@nats-io/transport-node'
import { type Clock, sleep } from '../base/clock.ts'
import { type Log, LogMoved, type LogSettings, type Unlisten } from '../ports/link.ts'
import { packed, textOf } from './text-carrier.ts'

const STORE_LIMIT_MS = 1_000
const RETRY_MS = 500
/** A repeat within this time is known as one. */
const DUPLICATE_WINDOW_MS = 120_000
const AGE_MAX_MS = 7 * 86_400_000
const WRONG_LAST_SEQUENCE = 10_071

export interface NatsLogParts {
  readonly clock: Clock
  readonly onChange: (listener: (isUp: boolean) => void) => Unlisten
}

export class NatsLog implements Log {
  readonly #connection: NatsConnection
  readonly #settings: LogSettings
  readonly #parts: NatsLogParts

  constructor(connection: NatsConnection, settings: LogSettings, parts: NatsLogParts) {
    this.#connection = connection
    this.#settings = settings
    this.#parts = parts
  }

  async ensure(): Promise<number> {
    const { name, subject, bytesMax } = this.#settings
    const { streams } = await this.#manager()
    const { state } = await streams.add({
      name,
      subjects: [subject],
      storage: StorageType.File,
      discard: DiscardPolicy.New,
      max_bytes: bytesMax,
      max_age: nanos(AGE_MAX_MS),
      duplicate_window: nanos(DUPLICATE_WINDOW_MS),
    })
    return state.last_seq
  }

  async append(body: string, id: string, after: number): Promise<number> {
    const expect = { lastSequence: after }
    const [data, options] = packed(body, { msgID: id, expect, timeout: STORE_LIMIT_MS })
    try {
      const { seq } = await jetstream(this.#connection).publish(this.#settings.subject, data, options)
      return seq
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === WRONG_LAST_SEQUENCE)
        throw new LogMoved(`another entry than ${after} is the last of ${this.#settings.name}`)
      throw error
    }
  }

  read(from: number, onEntry: (body: string, subject: string, at: number) => void): Unlisten {
    const { clock, onChange } = this.#parts
    let next = from
    let isOver = false
    let messages: ConsumerMessages | null = null
    // A consumer of a broker that was away may be silent for good: it is made anew.
    const forget = onChange((isUp) => {
      if (isUp) messages?.stop()
    })
    const read = async () => {
      // A broker that lost its store, or the end of it, counts anew from there: what is known already comes again.
      if ((await this.ensure()) < next - 1) next = from
      const start = { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: next }
      const consumer = await jetstream(this.#connection).consumers.get(this.#settings.name, start)
      messages = await consumer.consume()
      for await (const message of messages) {
        if (isOver) return
        if (message.seq < next) continue
        next = message.seq + 1
        onEntry(textOf(message), message.subject, message.seq)
      }
    }
    const follow = async () => {
      while (!isOver) {
        await read().catch(() => undefined)
        if (!isOver) await sleep(clock, RETRY_MS)
      }
    }
    void follow()
    return () => {
      isOver = true
      forget()
      messages?.stop()
    }
  }

  async drop(): Promise<void> {
    await (await this.#manager()).streams.delete(this.#settings.name)
  }

  #manager(): Promise<JetStreamManager> {
    return jetstreamManager(this.#connection, { timeout: STORE_LIMIT_MS * 2 })
  }
}
