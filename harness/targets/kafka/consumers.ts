/** Consumers of a topic, which share its partitions as a group. */
import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs'
import { parseDurationMs } from '../../base/units.ts'
import type { DeliveryChannel, DriverContext } from '../../ports/target.ts'
import { Work } from '../consume.ts'
import type { Consuming } from '../consumer-members.ts'
import { type Connected, type ConnectSettings, connectClient, failureOf, KafkaFailure } from './connect.ts'
import { MESSAGE_HEADER } from './message-header.ts'
import { type Ends, groupOf } from './provision.ts'
import type { KafkaConfig } from './schema.ts'

const NOTHING = new Uint8Array(0)
/** Signs of life in the time after which the group gives a consumer up. */
const SIGNS_OF_LIFE = 3
/** Tries to join the group: it may change while a consumer joins it. */
const JOIN_RETRIES = 5
/** Time to leave the group, beside that of a request under way. */
const LEAVE_WITHIN_MS = 1000

type Settings = NonNullable<KafkaConfig['consume']>
type Parts = Pick<DriverContext, 'clock' | 'events' | 'place' | 'provisioned'> & {
  readonly channel: DeliveryChannel
}

export type ConnectedConsumer = Connected<Consumer>

export class KafkaConsuming implements Consuming<ConnectedConsumer> {
  readonly #settings: Settings
  readonly #parts: Parts
  readonly #settingsFor: (member: number) => ConnectSettings
  readonly #work: Work
  /** Those that have once begun where the topic ended: what comes later must not be passed over. */
  readonly #placed = new Set<number>()

  constructor(settings: Settings, parts: Parts, settingsFor: (member: number) => ConnectSettings) {
    this.#settings = settings
    this.#parts = parts
    this.#settingsFor = settingsFor
    this.#work = new Work(settings.work, parts.clock)
  }

  readonly kindOf = (error: unknown) => failureOf(error).kind

  get members(): number {
    return this.#settings.members
  }

  get source(): string {
    return this.#settings.topic
  }

  connect(member: number): Promise<ConnectedConsumer> {
    const { maxWait, sessionTimeout } = this.#settings
    const sessionTimeoutMs = parseDurationMs(sessionTimeout)
    return connectClient(this.#settingsFor(member), (kafka) =>
      kafka.consumer({
        groupId: groupOf(this.#settings, this.#parts.place.runId),
        allowAutoTopicCreation: false,
        maxWaitTimeInMs: parseDurationMs(maxWait),
        sessionTimeout: sessionTimeoutMs,
        heartbeatInterval: Math.floor(sessionTimeoutMs / SIGNS_OF_LIFE),
        retry: { retries: JOIN_RETRIES, restartOnFailure: () => Promise.resolve(false) },
      }),
    )
  }

  watch({ client, sockets }: ConnectedConsumer, lost: (error: unknown) => void): void {
    const { events } = this.#parts
    sockets.onLost = (failure) => lost(new KafkaFailure(failure))
    client.on(client.events.CRASH, ({ payload }) => lost(payload.error))
    client.on(client.events.REBALANCING, () =>
      events.fault(`consume ${this.source}`, 'unavailable', 'a consumer: its group is being rebalanced'),
    )
  }

  async consume({ client }: ConnectedConsumer, member: number): Promise<void> {
    const { topic, from } = this.#settings
    await client.subscribe({ topics: [topic], fromBeginning: from === 'earliest' })
    // Resolves when the group has taken it in.
    await client.run({
      eachBatchAutoResolve: false,
      eachBatch: (batch) => this.#consumeBatch(batch, member),
    })
    if (from === 'latest' && !this.#placed.has(member)) await client.commitOffsets(this.#ends())
    this.#placed.add(member)
  }

  async end({ client, sockets }: ConnectedConsumer): Promise<void> {
    const { clock } = this.#parts
    const withinMs = parseDurationMs(this.#settings.maxWait) + LEAVE_WITHIN_MS
    const cancel = clock.after(withinMs, () => sockets.destroy({ kind: 'closed', text: 'it does not leave' }))
    await client.disconnect().catch(() => undefined)
    cancel()
    sockets.destroy({ kind: 'closed', text: 'it has left' })
  }

  #ends(): { topic: string; partition: number; offset: string }[] {
    const { topic } = this.#settings
    return (this.#parts.provisioned['ends'] as Ends).map((end) => ({ topic, ...end }))
  }

  async #consumeBatch(
    { batch: { messages }, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload,
    member: number,
  ): Promise<void> {
    if (this.#settings.work === undefined) {
      for (const message of messages) this.#received(message, member)
      resolveOffset(messages.at(-1)?.offset as string)
      return
    }
    for (const message of messages) {
      if (!isRunning() || isStale()) return
      this.#received(message, member)
      await new Promise<void>((resolve) => this.#work.do(resolve))
      resolveOffset(message.offset)
      await heartbeat()
    }
  }

  #received({ headers }: KafkaMessage, member: number): void {
    const { channel, clock } = this.#parts
    const header = headers?.[MESSAGE_HEADER]
    channel.deliver(Buffer.isBuffer(header) ? header : NOTHING, member, clock.nowMs())
  }
}
