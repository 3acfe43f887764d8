/** gRPC for one shard, over the `@grpc/grpc-js` library with its retries, shared connections and deadlines switched off. */
import { type ChannelOptions, credentials } from '@grpc/grpc-js'
import type { CancelTimer } from '../../base/clock.ts'
import { Template } from '../../base/template.ts'
import { parseBytes, parseDurationMs } from '../../base/units.ts'
import type { DriverContext, DriverStats, Exchange, Perform, TargetDriver } from '../../ports/target.ts'
import { Calls } from '../calls.ts'
import { Deadlines } from '../deadlines.ts'
import { secureContextOf } from '../http/settings.ts'
import { Call, type CallParts } from './call.ts'
import { Channel, type ChannelSettings } from './channel.ts'
import { GrpcClient } from './client.ts'
import { Methods } from './methods.ts'
import { type GrpcRequest, RequestFactory } from './request.ts'
import type { GrpcConfig, GrpcRequestDocument } from './schema.ts'

/** The name may lead anywhere; its address is loopback. */
const LOCALHOST = /^localhost:/i
/** A day: nothing in the library may come back or give up by itself within a run. */
const NEVER_MS = 86_400_000

export class GrpcDriver implements TargetDriver {
  readonly #requests: RequestFactory
  readonly #channelSettings: ChannelSettings
  /** One an agent, or those of all. */
  readonly #channels: (Channel | undefined)[] = []
  /** Null: each agent has one of its own. */
  readonly #poolSize: number | null
  readonly #readyLimitMs: number
  readonly #deadlines: Deadlines
  readonly #parts: CallParts
  readonly #calls = new Calls<Call>()

  /** @throws HarnessError SCENARIO_INVALID when a proto file or a certificate cannot be used */
  constructor(config: GrpcConfig, { clock, connections, defaultTimeouts }: DriverContext) {
    this.#readyLimitMs = defaultTimeouts.connectMs
    const messageBytesMax = parseBytes(config.maxMessage)
    this.#requests = new RequestFactory(new Methods(config), config.metadata)
    this.#channelSettings = {
      address: config.address.replace(LOCALHOST, '127.0.0.1:'),
      credentials: credentialsOf(config),
      options: optionsOf(config, messageBytesMax),
    }
    this.#poolSize = connections === null ? null : Math.max(1, connections)
    this.#deadlines = new Deadlines(clock, (slot) => this.#calls.get(slot)?.expire())
    this.#parts = {
      clock,
      deadlines: this.#deadlines,
      messageBytesMax,
      onEnded: (call) => this.#calls.remove(call.slot),
    }
  }

  compile(request: Readonly<Record<string, unknown>>): GrpcRequest {
    return this.#requests.make(request as GrpcRequestDocument, Template.parse)
  }

  /** Opens the channels that agents share. One that cannot be opened in time is left to the calls. */
  async ready(): Promise<void> {
    const shared = Array.from({ length: this.#poolSize ?? 0 }, (_, place) => this.#channelOf(place).ready())
    let cancel: CancelTimer = () => undefined
    const late = new Promise<void>((resolve) => {
      cancel = this.#parts.clock.after(this.#readyLimitMs, resolve)
    })
    await Promise.race([Promise.all(shared), late])
    cancel()
  }

  start(exchange: Exchange): void {
    const channel = this.#channelOf(exchange.agent)
    const call = this.#calls.add((slot) => new Call(exchange, slot, channel, this.#parts))
    call.begin()
    call.isStarting = false
  }

  abort(exchange: Exchange): void {
    this.#calls.of(exchange)?.abort()
  }

  endSession(): void {
    // A channel keeps nothing for an agent.
  }

  createClient(perform: Perform): GrpcClient {
    return new GrpcClient(perform, (request) => this.#requests.make(request, Template.ofCode))
  }

  stats(): DriverStats {
    return { openConnections: this.#channels.filter((channel) => channel?.isOpen).length, waiting: 0 }
  }

  close(): Promise<void> {
    this.#deadlines.stop()
    for (const call of this.#calls) call.abort()
    return new Promise((resolve) => {
      // After the calls, which cancel what they wait for.
      this.#parts.clock.soon(() => {
        for (const channel of this.#channels) channel?.close()
        this.#channels.length = 0
        resolve()
      })
    })
  }

  #channelOf(agent: number): Channel {
    const place = this.#poolSize === null ? agent : agent % this.#poolSize
    const channel = this.#channels[place] ?? new Channel(this.#channelSettings)
    this.#channels[place] = channel
    return channel
  }
}

function credentialsOf({ tls }: GrpcConfig): ChannelSettings['credentials'] {
  if (tls === undefined) return credentials.createInsecure()
  return credentials.createFromSecureContext(secureContextOf(tls), { rejectUnauthorized: tls.verify })
}

function optionsOf({ address, keepalive }: GrpcConfig, messageBytesMax: number): ChannelOptions {
  return {
    'grpc.enable_retries': 0,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.service_config_disable_resolution': 1,
    'grpc.initial_reconnect_backoff_ms': NEVER_MS,
    'grpc.max_reconnect_backoff_ms': NEVER_MS,
    'grpc.client_idle_timeout_ms': NEVER_MS,
    'grpc.max_receive_message_length': messageBytesMax,
    'grpc.max_send_message_length': -1,
    'grpc.primary_user_agent': 'proofload',
    ...(LOCALHOST.test(address) && { 'grpc.ssl_target_name_override': 'localhost' }),
    ...(keepalive === undefined ? {} : { 'grpc.keepalive_time_ms': parseDurationMs(keepalive) }),
  }
}
