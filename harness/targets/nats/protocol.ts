/** NATS for a `LinkDriver`. */
import {
  headers as createHeaders,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
} from '@nats-io/transport-node'
import { messageOf } from '../../base/errors.ts'
import { Template } from '../../base/template.ts'
import { MEASURES } from '../../model/measures.ts'
import type { DriverContext, Exchange, Perform } from '../../ports/target.ts'
import { ConsumerMembers } from '../consumer-members.ts'
import type { LinkProtocol } from '../link-driver.ts'
import type { MessageCall } from '../message-calls.ts'
import { requestSender } from '../request-sender.ts'
import { NatsClient } from './client.ts'
import { connectOnce, failureOf } from './connect.ts'
import { NatsConsuming } from './consumers.ts'
import { NatsLink } from './link.ts'
import { MESSAGE_HEADER } from './message-header.ts'
import { readReply } from './reply.ts'
import { type CompiledRequest, compileRequest } from './request.ts'
import { type NatsConfig, type NatsRequest, natsRequestSchema } from './schema.ts'

export class NatsProtocol implements LinkProtocol<NatsLink> {
  readonly hint = 'Start the NATS server, or correct `url` and the login of the target.'
  readonly failureOf = failureOf
  readonly consumers: ConsumerMembers<NatsConnection> | null
  readonly #context: DriverContext
  readonly #config: NatsConfig
  readonly #nameOf: (request: NatsRequest) => string

  constructor(config: NatsConfig, context: DriverContext, nameOf: (request: NatsRequest) => string) {
    this.#config = config
    this.#context = context
    this.#nameOf = nameOf
    const { channel } = context
    this.consumers =
      config.consume === undefined || channel === null
        ? null
        : new ConsumerMembers(
            new NatsConsuming(config.consume, { ...context, channel }, (member) =>
              this.#connect(`consumer ${member}`),
            ),
            context,
          )
  }

  get url(): string {
    return this.#config.url
  }

  createLink(number: number): NatsLink {
    return new NatsLink(number, () => this.#connect(`publisher ${number}`))
  }

  compile(request: Readonly<Record<string, unknown>>, step: string): CompiledRequest {
    return compileRequest(request as NatsRequest, step, this.#filter, Template.parse)
  }

  createClient(perform: Perform): NatsClient {
    return new NatsClient(
      requestSender(perform, (written, named) => {
        const request = natsRequestSchema.parse(written)
        const step = named ?? this.#nameOf(request)
        return { request: compileRequest(request, step, this.#filter, Template.ofCode), step }
      }),
    )
  }

  send(call: MessageCall, link: NatsLink): void {
    link.whenRead(() => {
      if (!call.hasEnded) this.#send(call, link)
    })
  }

  get #filter(): string | null {
    return this.#context.channel === null ? null : (this.#config.consume?.subject ?? null)
  }

  #connect(name: string): Promise<NatsConnection> {
    const { secrets, defaultTimeouts, place } = this.#context
    return connectOnce({
      config: this.#config,
      secrets,
      name: `proofload ${place.target} ${place.shard} ${name}`,
      timeoutMs: defaultTimeouts.connectMs,
    })
  }

  #send(call: MessageCall, link: NatsLink): void {
    const { exchange } = call
    const { connection } = link
    if (connection === null) return call.end('closed', 'the connection was lost before it was sent')
    const request = exchange.request as CompiledRequest
    let subject: string
    let body: Buffer
    let headers: MsgHdrs | null
    try {
      subject = request.subject(exchange.variables)
      body = request.body(exchange.variables)
      headers = headersOf(request, exchange)
    } catch (thrown) {
      return call.end('code', messageOf(thrown))
    }
    const limit = connection.info?.max_payload ?? Number.POSITIVE_INFINITY
    if (body.length > limit)
      return call.end('too-large', `${body.length} bytes, and the server takes ${limit}`)
    call.sent(this.#context.clock.nowMs())
    this.#handOver({
      call,
      link,
      connection,
      subject,
      body,
      headers: this.#numbered(call, link, subject, headers),
    })
  }

  /** Gives a message that will be consumed its number. */
  #numbered(call: MessageCall, link: NatsLink, subject: string, headers: MsgHdrs | null): MsgHdrs | null {
    const { channel } = this.#context
    const { step, awaits, isConsumed } = call.exchange.request as CompiledRequest
    if (channel === null || !isConsumed(subject)) return headers
    call.publish(step, link.number, channel)
    const numbered = headers ?? createHeaders()
    const text = Buffer.from(channel.header).toString('base64')
    numbered.set(MESSAGE_HEADER, text)
    if (awaits === 'ack') numbered.set('Nats-Msg-Id', text)
    return numbered
  }

  #handOver({ call, link, connection, subject, body, headers }: HandOver): void {
    const { exchange } = call
    const { awaits } = exchange.request as CompiledRequest
    const { clock } = this.#context
    const waitsForReply = awaits === 'reply' || awaits === 'ack' || awaits === 'value'
    const reply = waitsForReply
      ? link.expectReply((error, message) => this.#replied(call, error, message))
      : null
    link.hold(call)
    call.onEnd = () => link.release(call, reply)
    exchange.bytesSent = body.length
    link.handed(body.length)
    try {
      connection.publish(subject, body, {
        ...(reply !== null && { reply }),
        ...(headers !== null && { headers }),
      })
    } catch (thrown) {
      return call.end('protocol', messageOf(thrown))
    }
    if (awaits === 'nothing') {
      exchange.acknowledged = false
      exchange.measure(MEASURES.messages_published, 1)
      call.answer(exchange.sentMs)
    } else if (awaits === 'flush')
      connection.flush().then(
        () => this.#acknowledged(call, clock.nowMs()),
        (error) => call.end('closed', messageOf(error)),
      )
  }

  #acknowledged(call: MessageCall, nowMs: number): void {
    if (call.hasEnded) return
    call.exchange.measure(MEASURES.messages_published, 1)
    call.answer(nowMs)
  }

  #replied(call: MessageCall, error: Error | null, message: Msg): void {
    const nowMs = this.#context.clock.nowMs()
    if (call.hasEnded) return
    if (error !== null) return call.end('protocol', messageOf(error))
    const { awaits } = call.exchange.request as CompiledRequest
    call.exchange.firstByteMs = nowMs
    const failure = readReply(call.exchange, awaits, message)
    if (failure !== null) call.end(failure.kind, failure.text, nowMs)
    else if (awaits === 'ack') this.#acknowledged(call, nowMs)
    else call.answer(nowMs)
  }
}

/** A message on its way. */
interface HandOver {
  readonly call: MessageCall
  readonly link: NatsLink
  readonly connection: NatsConnection
  readonly subject: string
  readonly body: Buffer
  readonly headers: MsgHdrs | null
}

function headersOf({ headers }: CompiledRequest, { variables }: Exchange): MsgHdrs | null {
  if (headers.length === 0) return null
  const made = createHeaders()
  for (const [name, value] of headers) made.set(name, value.render(variables))
  return made
}
