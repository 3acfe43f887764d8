/** AMQP for a `LinkDriver`: each connection has one channel. */
import type { ChannelModel, ConfirmChannel, Options } from 'amqplib'
import { messageOf } from '../../base/errors.ts'
import { Template } from '../../base/template.ts'
import { MEASURES } from '../../model/measures.ts'
import type { DriverContext, Perform } from '../../ports/target.ts'
import { ConsumerMembers } from '../consumer-members.ts'
import type { Failure } from '../failure.ts'
import type { LinkProtocol } from '../link-driver.ts'
import type { MessageCall } from '../message-calls.ts'
import { requestSender } from '../request-sender.ts'
import { AmqpClient } from './client.ts'
import { connectOnce, kindOfError } from './connect.ts'
import { AmqpConsuming } from './consumers.ts'
import { AmqpLink } from './link.ts'
import { MESSAGE_HEADER } from './message-header.ts'
import { type CompiledRequest, compileRequest } from './request.ts'
import { type AmqpConfig, type AmqpRequest, amqpRequestSchema } from './schema.ts'

const REPLY_TO = 'amq.rabbitmq.reply-to'

export class AmqpProtocol implements LinkProtocol<AmqpLink> {
  readonly hint = 'Start the AMQP broker, or correct `url` and the login of the target.'
  readonly consumers: ConsumerMembers<ChannelModel> | null
  readonly #context: DriverContext
  readonly #config: AmqpConfig
  readonly #nameOf: (request: AmqpRequest) => string

  constructor(config: AmqpConfig, context: DriverContext, nameOf: (request: AmqpRequest) => string) {
    this.#config = config
    this.#context = context
    this.#nameOf = nameOf
    const { channel, clock } = context
    this.consumers =
      config.consume === undefined || channel === null
        ? null
        : new ConsumerMembers(
            new AmqpConsuming(config.consume, channel, clock, (member) =>
              this.#connect(`consumer ${member}`),
            ),
            context,
          )
  }

  get url(): string {
    return this.#config.url
  }

  createLink(number: number): AmqpLink {
    return new AmqpLink(
      number,
      () => this.#connect(`publisher ${number}`),
      (reason) => this.#context.events.fault('publish', 'unavailable', `blocked by the broker: ${reason}`),
    )
  }

  compile(request: Readonly<Record<string, unknown>>, step: string): CompiledRequest {
    return compileRequest(request as AmqpRequest, step, this.#consumed, Template.parse)
  }

  createClient(perform: Perform): AmqpClient {
    return new AmqpClient(
      requestSender(perform, (written, named) => {
        const request = amqpRequestSchema.parse(written)
        const step = named ?? this.#nameOf(request)
        return { request: compileRequest(request, step, this.#consumed, Template.ofCode), step }
      }),
    )
  }

  failureOf(error: unknown): Failure {
    return { kind: kindOfError(error), text: messageOf(error) }
  }

  send(call: MessageCall, link: AmqpLink): void {
    link.whenWritable(() => {
      if (call.hasEnded) return
      const { channel } = link
      if (channel === null) call.end('closed', 'the connection was lost before it was sent')
      else this.#send(call, link, channel)
    })
  }

  get #consumed(): AmqpConfig['consume'] | null {
    return this.#context.channel === null ? null : (this.#config.consume ?? null)
  }

  #connect(name: string): Promise<ChannelModel> {
    const { secrets, defaultTimeouts, place } = this.#context
    return connectOnce({
      config: this.#config,
      secrets,
      name: `proofload ${place.target} ${place.shard} ${name}`,
      timeoutMs: defaultTimeouts.connectMs,
    })
  }

  #send(call: MessageCall, link: AmqpLink, channel: ConfirmChannel): void {
    const { exchange } = call
    const request = exchange.request as CompiledRequest
    let parts: {
      readonly to: string
      readonly key: string
      readonly body: Buffer
      readonly options: Options.Publish
    }
    try {
      const { variables } = exchange
      const headers = Object.fromEntries(
        request.headers.map(([name, value]) => [name, value.render(variables)]),
      )
      const { persistent, mandatory } = request
      const options = { headers, persistent, mandatory }
      parts = {
        to: request.exchange(variables),
        key: request.key(variables),
        body: request.body(variables),
        options,
      }
    } catch (thrown) {
      return call.end('code', messageOf(thrown))
    }
    const id = link.hold(call)
    call.onEnd = () => link.release(id)
    call.sent(this.#context.clock.nowMs())
    if (request.awaits === 'message') return void this.#get(call, channel, parts.key)
    const { channel: ledger } = this.#context
    if (ledger !== null && request.isConsumed(parts.to, parts.key)) {
      call.publish(request.step, link.number, ledger)
      parts.options.headers[MESSAGE_HEADER] = Buffer.from(ledger.header)
    }
    exchange.bytesSent = parts.body.length
    const options = { ...parts.options, messageId: id }
    if (request.awaits === 'reply') {
      link.onReply(id, ({ content }) => this.#answered(call, content))
      link.wrote(
        channel.publish('', parts.key, parts.body, {
          ...options,
          replyTo: REPLY_TO,
          correlationId: id,
          mandatory: true,
        }),
      )
    } else
      link.wrote(
        channel.publish(parts.to, parts.key, parts.body, options, (error) => this.#confirmed(call, error)),
      )
    if (request.awaits === 'nothing') {
      exchange.acknowledged = false
      exchange.measure(MEASURES.messages_published, 1)
      call.answer(exchange.sentMs)
    }
  }

  #confirmed(call: MessageCall, error: unknown): void {
    if (call.hasEnded || (call.exchange.request as CompiledRequest).awaits !== 'confirm') return
    if (error !== null && error !== undefined) {
      // Any other error is the end of the channel, which ends it with its reason.
      if (/nack/i.test(messageOf(error))) call.end('nack', 'the broker did not take it')
      return
    }
    call.exchange.measure(MEASURES.messages_published, 1)
    if (call.exchange.keepAnswer) call.exchange.body = Buffer.from('{"confirmed":true}')
    call.answer(this.#context.clock.nowMs())
  }

  async #get(call: MessageCall, channel: ConfirmChannel, queue: string): Promise<void> {
    try {
      const message = await channel.get(queue, { noAck: true })
      if (message === false) this.#answered(call, null)
      else this.#answered(call, message.content)
    } catch (error) {
      call.end('closed', messageOf(error))
    }
  }

  #answered(call: MessageCall, content: Buffer | null): void {
    if (call.hasEnded) return
    const { exchange } = call
    exchange.items = content === null ? 0 : 1
    exchange.bytesReceived = content?.length ?? 0
    if (exchange.keepAnswer) exchange.body = content ?? Buffer.alloc(0)
    call.answer(this.#context.clock.nowMs())
  }
}
