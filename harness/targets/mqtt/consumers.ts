/** Consumers of a topic, alone or sharing a subscription. */
import type { IPublishPacket, MqttClient } from 'mqtt'
import type { DeliveryChannel, DriverContext } from '../../ports/target.ts'
import { Work } from '../consume.ts'
import type { Consuming } from '../consumer-members.ts'
import { type ConnectSettings, connectOnce } from './connect.ts'
import { headerOf } from './message-header.ts'
import { ReceivedStore } from './received-store.ts'
import type { MqttConfig } from './schema.ts'
import { kindOfConnectError } from './status.ts'

/** Seconds for which a broker keeps what is for a persistent member that is away. */
const KEPT_S = 3600

type Parts = Pick<DriverContext, 'clock' | 'secrets' | 'defaultTimeouts'> & {
  readonly channel: DeliveryChannel
}

export class MqttConsuming implements Consuming<MqttClient> {
  readonly #config: MqttConfig
  readonly #settings: NonNullable<MqttConfig['consume']>
  readonly #parts: Parts
  readonly #clientIdOf: (name: string) => string
  readonly #work: Work
  /** The messages of quality 2 that the last connection of each member has received and not taken yet. */
  readonly #received = new Map<number, ReceivedStore>()

  constructor(
    config: MqttConfig & { readonly consume: NonNullable<MqttConfig['consume']> },
    parts: Parts,
    clientIdOf: (name: string) => string,
  ) {
    this.#config = config
    this.#settings = config.consume
    this.#parts = parts
    this.#clientIdOf = clientIdOf
    this.#work = new Work(config.consume.work, parts.clock)
  }

  readonly kindOf = (error: unknown) => {
    const { message } = error as Error
    return /closed the connection/.test(message) ? 'closed' : kindOfConnectError(error as Error)
  }

  get members(): number {
    return this.#settings.members
  }

  get source(): string {
    return this.#settings.topic
  }

  async connect(member: number): Promise<MqttClient> {
    // The broker sends a message of quality 2 once, and then asks only that it be taken: the next connection must have it.
    const received = new ReceivedStore(this.#settings.persistent ? this.#received.get(member) : undefined)
    this.#received.set(member, received)
    const { client } = await connectOnce(this.#settingsOf(member, received), (made) => {
      made.handleMessage = (packet, done) => this.#take(packet, member, received, done)
    })
    return client
  }

  watch(client: MqttClient, lost: (error: unknown) => void): void {
    client.once('close', () => {
      client.end(true)
      lost(new Error('the broker closed the connection'))
    })
  }

  async consume(client: MqttClient): Promise<void> {
    const { topic, share, qos } = this.#settings
    await client.subscribeAsync(share === undefined ? topic : `$share/${share}/${topic}`, { qos })
  }

  /** Ends the session, too: the broker keeps nothing for it. */
  end(client: MqttClient): Promise<unknown> {
    return new Promise<void>((resolve) =>
      client.end(false, { reasonCode: 0, properties: { sessionExpiryInterval: 0 } }, () => resolve()),
    )
  }

  #settingsOf(member: number, incomingStore: ReceivedStore): ConnectSettings {
    const { secrets, defaultTimeouts } = this.#parts
    const { persistent, prefetch } = this.#settings
    const receiveMaximum = prefetch
    const properties = persistent ? { receiveMaximum, sessionExpiryInterval: KEPT_S } : { receiveMaximum }
    return {
      config: this.#config,
      secrets,
      clientId: this.#clientIdOf(`consumer-${member}`),
      timeoutMs: defaultTimeouts.connectMs,
      more: {
        clean: !persistent,
        ...(this.#config.version === 5 && { properties }),
        incomingStore,
      },
    }
  }

  #take(packet: IPublishPacket, member: number, received: ReceivedStore, done: () => void): void {
    const { payload, properties, qos } = packet
    const { channel, clock } = this.#parts
    // The connection that has come after this one has the message, too, and is asked to take it.
    if (qos === 2 && this.#settings.persistent && received !== this.#received.get(member)) return done()
    // It is handed over now, and not again by whichever connection the broker asks next.
    received.del(packet, () => undefined)
    channel.deliver(headerOf(Buffer.from(payload), properties, this.#config.version), member, clock.nowMs())
    this.#work.do(done)
  }
}
