/** Consumers of a subject, or of a stream of JetStream. */
import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { DeliveryChannel, DriverContext } from '../../ports/target.ts'
import { Work } from '../consume.ts'
import type { Consuming } from '../consumer-members.ts'
import { failureOf } from './connect.ts'
import { MESSAGE_HEADER } from './message-header.ts'
import type { NatsConfig } from './schema.ts'

const NOTHING = new Uint8Array(0)

type Settings = NonNullable<NatsConfig['consume']>
type Parts = Pick<DriverContext, 'clock' | 'events' | 'provisioned'> & { readonly channel: DeliveryChannel }

/** A message as both kinds of consumers get it. */
interface Received {
  readonly headers?: { get(name: string): string } | undefined
  ack?(): void
}

export class NatsConsuming implements Consuming<NatsConnection> {
  readonly #settings: Settings
  readonly #parts: Parts
  readonly #work: Work
  readonly connect: (member: number) => Promise<NatsConnection>

  constructor(settings: Settings, parts: Parts, connect: (member: number) => Promise<NatsConnection>) {
    this.#settings = settings
    this.#parts = parts
    this.#work = new Work(settings.work, parts.clock)
    this.connect = connect
  }

  readonly kindOf = (error: unknown) => failureOf(error).kind

  get members(): number {
    return this.#settings.members
  }

  get source(): string {
    return this.#settings.subject
  }

  watch(connection: NatsConnection, lost: (error: unknown) => void): void {
    void connection.closed().then((error) => lost(error ?? new Error('the server closed the connection')))
  }

  consume(connection: NatsConnection, member: number): Promise<void> {
    const { stream } = this.#settings
    return stream === undefined ? this.#subscribe(connection, member) : this.#pull(connection, member, stream)
  }

  end(connection: NatsConnection): Promise<unknown> {
    return connection.close()
  }

  async #subscribe(connection: NatsConnection, member: number): Promise<void> {
    const { subject, queue } = this.#settings
    connection.subscribe(subject, {
      ...(queue !== undefined && { queue }),
      callback: (error, message) => {
        if (error === null) this.#received(message, member)
        else
          this.#parts.events.fault(`consume ${subject}`, this.kindOf(error), `a consumer: ${error.message}`)
      },
    })
    // The server has read the subscription when it answers.
    await connection.flush()
  }

  async #pull(connection: NatsConnection, member: number, stream: string): Promise<void> {
    const name = this.#parts.provisioned['consumer'] as string
    const consumer = await jetstream(connection).consumers.get(stream, name)
    await consumer.consume({
      max_messages: this.#settings.prefetch,
      callback: (message) => this.#received(message, member),
    })
  }

  #received(message: Received, member: number): void {
    const { channel, clock } = this.#parts
    const text = message.headers?.get(MESSAGE_HEADER) ?? ''
    channel.deliver(text === '' ? NOTHING : Buffer.from(text, 'base64'), member, clock.nowMs())
    if (message.ack !== undefined) this.#work.do(() => this.#acknowledge(message))
  }

  #acknowledge(message: Received): void {
    try {
      message.ack?.()
    } catch {
      // The connection is gone, which is told where it was lost; the server delivers the message again.
    }
  }
}
