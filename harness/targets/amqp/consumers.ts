/** Consumers of a queue. */
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib'
import type { DeliveryChannel, DriverContext } from '../../ports/target.ts'
import { Work } from '../consume.ts'
import type { Consuming } from '../consumer-members.ts'
import { kindOfError } from './connect.ts'
import { MESSAGE_HEADER } from './message-header.ts'
import type { AmqpConfig } from './schema.ts'

const NOTHING = new Uint8Array(0)

type Settings = NonNullable<AmqpConfig['consume']>

export class AmqpConsuming implements Consuming<ChannelModel> {
  readonly #settings: Settings
  readonly #channel: DeliveryChannel
  readonly #clock: DriverContext['clock']
  readonly #work: Work
  readonly connect: (member: number) => Promise<ChannelModel>
  readonly kindOf = kindOfError

  constructor(
    settings: Settings,
    channel: DeliveryChannel,
    clock: DriverContext['clock'],
    connect: (member: number) => Promise<ChannelModel>,
  ) {
    this.#settings = settings
    this.#channel = channel
    this.#clock = clock
    this.#work = new Work(settings.work, clock)
    this.connect = connect
  }

  get members(): number {
    return this.#settings.members
  }

  get source(): string {
    return this.#settings.queue
  }

  watch(connection: ChannelModel, lost: (error: unknown) => void): void {
    connection.on('close', (error) => lost(error ?? new Error('the broker closed the connection')))
  }

  async consume(connection: ChannelModel, member: number): Promise<void> {
    const { queue, prefetch, ack } = this.#settings
    const channel = await connection.createChannel()
    channel.on('error', () => undefined)
    channel.on('close', () => void this.end(connection))
    await channel.prefetch(prefetch)
    await channel.consume(
      queue,
      (message) => {
        // Null: the broker has taken the queue away.
        if (message === null) void this.end(connection)
        else this.#received(channel, message, member)
      },
      { noAck: !ack },
    )
  }

  end(connection: ChannelModel): Promise<unknown> {
    return connection.close().catch(() => undefined)
  }

  #received(channel: Channel, message: ConsumeMessage, member: number): void {
    const header: unknown = message.properties.headers?.[MESSAGE_HEADER]
    this.#channel.deliver(Buffer.isBuffer(header) ? header : NOTHING, member, this.#clock.nowMs())
    if (this.#settings.ack) this.#work.do(() => acknowledge(channel, message))
  }
}

function acknowledge(channel: Channel, message: ConsumeMessage): void {
  try {
    channel.ack(message)
  } catch {
    // The channel is gone, which is told where it was lost; the broker delivers the message again.
  }
}
