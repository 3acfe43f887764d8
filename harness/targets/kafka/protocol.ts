/** Kafka for a `LinkDriver`: each link is a producer. */
import { Partitioners, type Producer, type RecordMetadata } from 'kafkajs'
import { messageOf } from '../../base/errors.ts'
import { Template } from '../../base/template.ts'
import { MEASURES } from '../../model/measures.ts'
import type { DeliveryChannel, DriverContext, Perform } from '../../ports/target.ts'
import { ConsumerMembers } from '../consumer-members.ts'
import type { LinkProtocol } from '../link-driver.ts'
import type { MessageCall } from '../message-calls.ts'
import { requestSender } from '../request-sender.ts'
import { KafkaClient } from './client.ts'
import { type Connected, type ConnectSettings, connectClient, failureOf, KafkaFailure } from './connect.ts'
import { type ConnectedConsumer, KafkaConsuming } from './consumers.ts'
import { KafkaLink } from './link.ts'
import { MESSAGE_HEADER } from './message-header.ts'
import { type CompiledRequest, compileRequest, type RenderedMessage, renderMessages } from './request.ts'
import { type KafkaConfig, type KafkaRequest, kafkaRequestSchema } from './schema.ts'
import { UNKNOWN_TOPIC_OR_PARTITION } from './status.ts'

/** The order of messages is that of a partition: the numbers of its links are this far apart in the ledger. */
const PARTITIONS_MAX = 2 ** 16

export class KafkaProtocol implements LinkProtocol<KafkaLink> {
  readonly hint = 'Start the Kafka broker, or correct `brokers` and the login of the target.'
  readonly failureOf = failureOf
  readonly consumers: ConsumerMembers<ConnectedConsumer> | null
  readonly #context: DriverContext
  readonly #config: KafkaConfig
  readonly #nameOf: (request: KafkaRequest) => string
  /** Topics whose partitions a producer asks for as soon as it is connected. */
  readonly #topics = new Set<string>()

  constructor(config: KafkaConfig, context: DriverContext, nameOf: (request: KafkaRequest) => string) {
    this.#config = config
    this.#context = context
    this.#nameOf = nameOf
    const { consume } = config
    const { channel } = context
    this.consumers =
      consume === undefined || channel === null
        ? null
        : new ConsumerMembers(
            new KafkaConsuming(consume, { ...context, channel }, (member) =>
              this.#settingsFor(`consumer ${member}`),
            ),
            context,
          )
  }

  get url(): string {
    return `kafka://${this.#config.brokers.join(',')}`
  }

  createLink(number: number): KafkaLink {
    return new KafkaLink(number, () => this.#connectProducer(number), this.#context.clock)
  }

  compile(request: Readonly<Record<string, unknown>>, step: string): CompiledRequest {
    const compiled = compileRequest(request as KafkaRequest, step, Template.parse)
    if (compiled.topic.constant !== null) this.#topics.add(compiled.topic.constant)
    return compiled
  }

  createClient(perform: Perform): KafkaClient {
    return new KafkaClient(
      requestSender(perform, (written, named) => {
        const request = kafkaRequestSchema.parse(written)
        const step = named ?? this.#nameOf(request)
        return { request: compileRequest(request, step, Template.ofCode), step }
      }),
    )
  }

  send(call: MessageCall, link: KafkaLink): void {
    link.whenWritable(() => {
      if (call.hasEnded) return
      const { producer } = link
      if (producer === null) call.end('closed', 'the connection was lost before it was sent')
      else this.#send(call, link, producer)
    })
  }

  #connectProducer(number: number): Promise<Connected<Producer>> {
    return connectClient(
      this.#settingsFor(`producer ${number}`),
      (kafka) => kafka.producer({ allowAutoTopicCreation: false, createPartitioner: partitionerThatTells }),
      (producer) => this.#askForPartitions(producer),
    )
  }

  /** No message pays for asking which partitions there are: a batch without messages has it asked. */
  async #askForPartitions(producer: Producer): Promise<void> {
    for (const topic of this.#topics)
      try {
        await producer.send({ topic, messages: [] })
      } catch (error) {
        // A topic that is not there is told to whoever writes to it.
        if (failureOf(error).status === 0) throw error
      }
  }

  #settingsFor(client: string): ConnectSettings {
    const { secrets, defaultTimeouts, place, clock } = this.#context
    const name = `proofload ${place.target} ${place.shard} ${client}`
    return { config: this.#config, secrets, name, clock, timeoutMs: defaultTimeouts.connectMs }
  }

  #send(call: MessageCall, link: KafkaLink, producer: Producer): void {
    const { exchange } = call
    const request = exchange.request as CompiledRequest
    let topic: string
    let messages: RenderedMessage[]
    try {
      topic = request.topic.render(exchange.variables)
      messages = renderMessages(request, exchange.variables)
    } catch (thrown) {
      return call.end('code', messageOf(thrown))
    }
    const { channel, clock } = this.#context
    link.hold(call)
    if (channel !== null && topic === this.#config.consume?.topic)
      for (const message of messages)
        message.onPartition = (partition) =>
          number(call, message, link.number * PARTITIONS_MAX + partition, channel)
    exchange.bytesSent = messages.length * (messages[0]?.value.length ?? 0)
    call.sent(clock.nowMs())
    producer.send({ topic, acks: request.acks, messages }).then(
      (records) => this.#sent(call, request, records),
      (error) => this.#failed(call, error),
    )
  }

  #sent(call: MessageCall, { acks, count }: CompiledRequest, records: readonly RecordMetadata[]): void {
    if (call.hasEnded) return
    const { exchange } = call
    exchange.measure(MEASURES.messages_published, count)
    exchange.items = count
    if (exchange.keepAnswer) exchange.body = Buffer.from(JSON.stringify(records.map(placeOf)))
    exchange.acknowledged = acks !== 0
    call.answer(exchange.acknowledged ? this.#context.clock.nowMs() : exchange.sentMs)
  }

  #failed(call: MessageCall, error: unknown): void {
    if (call.hasEnded) return
    const { kind, text, status } = failureOf(error)
    call.exchange.status = status
    call.end(kind, text)
  }
}

/** Gives a message that will be consumed its number. */
function number(
  call: MessageCall,
  message: RenderedMessage,
  connection: number,
  channel: DeliveryChannel,
): void {
  if (call.hasEnded) throw new KafkaFailure({ kind: 'closed', text: 'it ended before it was written' })
  call.publish((call.exchange.request as CompiledRequest).step, connection, channel)
  message.headers[MESSAGE_HEADER] = Buffer.from(channel.header)
}

/** Chooses partitions as the library does, which would take one that is not there for written. */
const partitionerThatTells = () => {
  const choose = Partitioners.DefaultPartitioner()
  return (asked: Parameters<typeof choose>[0]): number => {
    const partition = choose(asked)
    const { partition: wanted, onPartition } = asked.message as RenderedMessage
    if (wanted !== undefined && !asked.partitionMetadata.some(({ partitionId }) => partitionId === wanted))
      throw new KafkaFailure(
        { kind: 'nack', text: `${asked.topic} has no partition ${wanted}` },
        UNKNOWN_TOPIC_OR_PARTITION,
      )
    onPartition?.(partition)
    return partition
  }
}

function placeOf({ partition, baseOffset }: RecordMetadata): object {
  return { partition, offset: baseOffset }
}
