import type { MqttClient as Client } from 'mqtt'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { Template } from '../../base/template.ts'
import { MEASURES } from '../../model/measures.ts'
import type { DriverContext, DriverStats, Exchange, Perform, TargetDriver } from '../../ports/target.ts'
import { ConsumerMembers } from '../consumer-members.ts'
import { type MessageCall, MessageCalls } from '../message-calls.ts'
import { requestSender } from '../request-sender.ts'
import { MqttClient } from './client.ts'
import { connectOnce } from './connect.ts'
import { MqttConsuming } from './consumers.ts'
import { publish } from './publish.ts'
import { type CompiledRequest, compileRequest } from './request.ts'
import { type MqttConfig, type MqttRequest, mqttRequestSchema } from './schema.ts'
import { MqttSession } from './session.ts'
import { FIRST_BAD, kindOfConnectError } from './status.ts'

/** Performs the exchanges of one shard: an agent is a client of its own, unless all share some. */
export class MqttDriver implements TargetDriver {
  readonly #context: DriverContext
  readonly #config: MqttConfig
  readonly #calls: MessageCalls
  readonly #sessions: (MqttSession | undefined)[] = []
  readonly #consumers: ConsumerMembers<Client> | null
  readonly #nameOf: (request: MqttRequest) => string

  constructor(config: MqttConfig, context: DriverContext, nameOf: (request: MqttRequest) => string) {
    this.#config = config
    this.#context = context
    this.#nameOf = nameOf
    this.#calls = new MessageCalls(context)
    const { channel } = context
    const { consume } = config
    this.#consumers =
      consume === undefined || channel === null
        ? null
        : new ConsumerMembers(
            new MqttConsuming({ ...config, consume }, { ...context, channel }, (name) =>
              this.#clientIdOf(name),
            ),
            context,
          )
  }

  compile(request: Readonly<Record<string, unknown>>, step: string): CompiledRequest {
    return compileRequest(request as MqttRequest, step, this.#filter, Template.parse)
  }

  /** Opens what agents share, and the consumers; agents connect themselves. */
  async ready(): Promise<void> {
    try {
      await this.#consumers?.open()
      const shared = Array.from({ length: this.#context.connections ?? 0 }, (_, slot) =>
        this.#sessionOf(slot).open(),
      )
      await Promise.all(shared)
    } catch (cause) {
      throw new HarnessError('TARGET_UNREACHABLE', `${this.#config.url}: ${messageOf(cause)}`, {
        cause,
        hint: 'Start the MQTT broker, or correct `url` and the login of the target.',
      })
    }
  }

  start(exchange: Exchange): void {
    this.#calls.start(exchange, (call) => {
      const session = this.#sessionOf(exchange.agent)
      const { kind } = exchange.request as CompiledRequest
      if (kind === 'disconnect') this.#disconnect(call, session)
      else if (session.client !== null) this.#perform(call, session)
      else void this.#openFor(call, session)
    })
  }

  abort(exchange: Exchange): void {
    this.#calls.abort(exchange)
  }

  endSession(agent: number): void {
    if (this.#context.connections === null) void this.#sessions[agent]?.close()
  }

  createClient(perform: Perform): MqttClient {
    return new MqttClient(
      requestSender(perform, (written, named) => {
        const request = mqttRequestSchema.parse(written)
        const step = named ?? this.#nameOf(request)
        return { request: compileRequest(request, step, this.#filter, Template.ofCode), step }
      }),
    )
  }

  stats(): DriverStats {
    const sessions = this.#sessions.filter((session) => session !== undefined)
    return {
      openConnections:
        sessions.filter(({ client }) => client !== null).length + (this.#consumers?.openCount ?? 0),
      waiting: sessions.reduce((sum, { waitingCount }) => sum + waitingCount, 0),
    }
  }

  async quiesce(deadlineMs: number): Promise<void> {
    await this.#context.channel?.drained(deadlineMs)
  }

  async close(): Promise<void> {
    this.#calls.close()
    await Promise.all([this.#consumers?.close(), ...this.#sessions.map((session) => session?.close())])
  }

  get #filter(): string | null {
    return this.#context.channel === null ? null : (this.#config.consume?.topic ?? null)
  }

  #clientIdOf(name: string): string {
    const { runId, target, shard } = this.#context.place
    return `${this.#config.clientId ?? `proofload-${runId}-${target}`}-${shard}-${name}`
  }

  #sessionOf(agent: number): MqttSession {
    const { connections, secrets, defaultTimeouts, events } = this.#context
    const slot = connections === null ? agent : agent % connections
    const settings = {
      config: this.#config,
      secrets,
      clientId: this.#clientIdOf(String(slot)),
      timeoutMs: defaultTimeouts.connectMs,
    }
    this.#sessions[slot] ??= new MqttSession(slot, {
      connect: (onClient) => connectOnce(settings, onClient),
      clock: this.#context.clock,
      inboxLimit: this.#config.inbox,
      onOverflow: () => events.measure('await', MEASURES.inbox_overflow, 1, this.#context.clock.nowMs()),
    })
    return this.#sessions[slot] as MqttSession
  }

  /** Connects for a call: its own work where it is a `connect`, its time of connecting where it is not. */
  async #openFor(call: MessageCall, session: MqttSession): Promise<void> {
    const { clock } = this.#context
    const { exchange } = call
    const fromMs = clock.nowMs()
    const isConnect = (exchange.request as CompiledRequest).kind === 'connect'
    if (isConnect) call.sent(fromMs)
    try {
      await session.open()
    } catch (error) {
      return call.end(kindOfConnectError(error as Error), messageOf(error))
    }
    if (call.hasEnded) return
    if (!isConnect) exchange.connectMs = clock.nowMs() - fromMs
    this.#perform(call, session)
  }

  #perform(call: MessageCall, session: MqttSession): void {
    const request = call.exchange.request as CompiledRequest
    const { clock, channel } = this.#context
    session.hold(call)
    call.onEnd = () => session.release(call)
    if (request.kind === 'publish')
      return publish({ call, session, request, clock, channel, version: this.#config.version })
    if (call.exchange.sentMs === 0) call.sent(clock.nowMs())
    if (request.kind === 'subscribe') this.#subscribe(call, session, request)
    else if (request.kind === 'await') this.#await(call, session, request)
    else this.#answer(call)
  }

  #subscribe(
    call: MessageCall,
    { client }: MqttSession,
    { topic, qos }: Extract<CompiledRequest, { kind: 'subscribe' }>,
  ): void {
    let filter: string
    try {
      filter = topic(call.exchange.variables)
    } catch (thrown) {
      return call.end('code', messageOf(thrown))
    }
    client?.subscribe(filter, { qos }, (error, granted) => {
      const reason = granted?.[0]?.qos ?? 0
      if (!call.hasEnded && reason >= FIRST_BAD) call.exchange.status = reason
      if (error !== null || reason >= FIRST_BAD) call.end('nack', error?.message ?? 'the broker refused it')
      else this.#answer(call)
    })
  }

  #await(
    call: MessageCall,
    { inbox }: MqttSession,
    request: Extract<CompiledRequest, { kind: 'await' }>,
  ): void {
    const { exchange } = call
    let filter: string
    try {
      filter = request.topic(exchange.variables)
    } catch (thrown) {
      return call.end('code', messageOf(thrown))
    }
    const before = call.onEnd
    const giveUp = inbox.wait(filter, request.count, (messages) => {
      const last = messages[messages.length - 1]
      exchange.items = messages.length
      exchange.bytesReceived = messages.reduce((sum, { payload }) => sum + payload.length, 0)
      if (exchange.keepAnswer) exchange.body = last?.payload ?? null
      this.#answer(call)
    })
    call.onEnd = () => {
      giveUp()
      before?.()
    }
  }

  #disconnect(call: MessageCall, session: MqttSession): void {
    call.sent(this.#context.clock.nowMs())
    session.disconnect(() => this.#answer(call))
  }

  #answer(call: MessageCall): void {
    if (!call.hasEnded && call.exchange.keepAnswer) call.exchange.body ??= Buffer.from('{}')
    call.answer(this.#context.clock.nowMs())
  }
}
