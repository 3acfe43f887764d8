/** The broker of a pool: NATS with JetStream. The only place that imports its client, and loaded when a pool is used. */
import { type JetStreamClient, jetstream, jetstreamManager } from '@nats-io/jetstream'
import {
  type ConnectionOptions,
  connect,
  credsAuthenticator,
  type Msg,
  type NatsConnection,
  nkeyAuthenticator,
} from '@nats-io/transport-node'
import { type Clock, wallMsOf } from '../base/clock.ts'
import { HarnessError, messageOf } from '../base/errors.ts'
import type { PoolLocation } from '../base/pool-location.ts'
import type { Link, Log, LogSettings, Unlisten } from '../ports/link.ts'
import { NatsLog } from './nats-log.ts'
import { packed, textOf } from './text-carrier.ts'

const CONNECT_LIMIT_MS = 5_000
const STORE_LIMIT_MS = 1_000
const RECONNECT_MS = 250
/** The library's own would notice a silent partition after minutes. */
const PING_MS = 2_000
export interface NatsSettings {
  readonly location: PoolLocation
  /** Content of a file with credentials, or the seed of an nkey; null for none. */
  readonly credentials: string | null
  /** The name by which people find the connection, and for which permissions for replies are given. */
  readonly name: string
  readonly clock: Clock
}

/** Connects, and stays connected whatever becomes of the broker. @throws HarnessError POOL_UNREACHABLE */
export async function connectNats(settings: NatsSettings): Promise<Link> {
  try {
    return new NatsLink(await connect(optionsOf(settings)), settings)
  } catch (cause) {
    throw new HarnessError(
      'POOL_UNREACHABLE',
      `${settings.location.servers.join(', ')}: ${messageOf(cause)}`,
      {
        cause,
        hint: 'Start the broker (nats-server -js), and check address and credentials.',
      },
    )
  }
}

function optionsOf({ location, credentials, name }: NatsSettings): ConnectionOptions {
  const { servers, isTls, user, password, token } = location
  const secret = credentials === null ? null : new TextEncoder().encode(credentials.trim())
  const isSeed = credentials?.trim().startsWith('SU') === true
  return {
    servers: [...servers],
    name: `proofload ${name}`,
    timeout: CONNECT_LIMIT_MS,
    inboxPrefix: inboxOf(name),
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_MS,
    pingInterval: PING_MS,
    maxPingOut: 2,
    noAsyncTraces: true,
    ...(token !== null && { token }),
    ...(user !== null && { user, pass: password ?? '' }),
    ...(isTls && { tls: {} }),
    ...(secret !== null && {
      authenticator: isSeed ? nkeyAuthenticator(secret) : credsAuthenticator(secret),
    }),
  }
}

class NatsLink implements Link {
  readonly broker: string
  readonly #connection: NatsConnection
  readonly #inbox: string
  readonly #jetstream: JetStreamClient
  readonly #clock: Clock
  readonly #listeners = new Set<(isUp: boolean) => void>()

  constructor(connection: NatsConnection, { clock, name }: NatsSettings) {
    this.#inbox = inboxOf(name)
    this.#connection = connection
    this.#jetstream = jetstream(connection)
    this.#clock = clock
    this.broker = `NATS ${connection.info?.version ?? '?'}`
    void this.#follow()
  }

  async ask(subject: string, body: string, timeoutMs: number): Promise<string> {
    return textOf(await this.#connection.request(subject, ...packed(body, { timeout: timeoutMs })))
  }

  async askAll(subject: string, body: string, waitMs: number): Promise<readonly string[]> {
    const answers: string[] = []
    const inbox = `${this.#inbox}.all.${Math.floor(this.#clock.nowMs() * 1000)}`
    const subscription = this.#connection.subscribe(inbox, {
      callback(_error, message) {
        // The broker itself says so, with nothing, when nobody listens.
        if (message.data.length > 0) answers.push(textOf(message))
      },
    })
    this.#connection.publish(subject, body, { reply: inbox })
    await new Promise<void>((resolve) => this.#clock.after(waitMs, resolve))
    subscription.unsubscribe()
    return answers
  }

  answer(subject: string, handler: (body: string, subject: string) => Promise<string | null>): Unlisten {
    return this.#subscribe(subject, (message) => {
      void handler(textOf(message), message.subject).then(
        (text) => {
          if (text !== null) message.respond(...packed(text, {}))
        },
        // What cannot be read gets no answer.
        () => undefined,
      )
    })
  }

  tell(subject: string, body: string): void {
    this.#connection.publish(subject, body)
  }

  listen(subject: string, handler: (body: string) => void): Unlisten {
    return this.#subscribe(subject, (message) => handler(textOf(message)))
  }

  async put(subject: string, body: string, id: string): Promise<void> {
    const [data, options] = packed(body, { msgID: id, timeout: STORE_LIMIT_MS })
    await this.#jetstream.publish(subject, data, options)
  }

  log(settings: LogSettings): Log {
    return new NatsLog(this.#connection, settings, {
      clock: this.#clock,
      onChange: (listener) => this.onChange(listener),
    })
  }

  async logs() {
    const found: { name: string; silentMs: number }[] = []
    for await (const { config, state, created } of (
      await jetstreamManager(this.#connection)
    ).streams.list()) {
      const lastMs = wallMsOf(state.messages === 0 ? created : state.last_ts)
      found.push({ name: config.name, silentMs: Math.max(0, this.#clock.wallMs() - lastMs) })
    }
    return found
  }

  async dropLog(name: string): Promise<void> {
    await (await jetstreamManager(this.#connection)).streams.delete(name)
  }

  onChange(listener: (isUp: boolean) => void): Unlisten {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    await this.#connection.flush().catch(() => undefined)
    await this.#connection.close()
  }

  #subscribe(subject: string, take: (message: Msg) => void): Unlisten {
    const subscription = this.#connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) take(message)
      },
    })
    return () => subscription.unsubscribe()
  }

  async #follow(): Promise<void> {
    for await (const { type } of this.#connection.status())
      if (type === 'disconnect' || type === 'reconnect')
        for (const listener of this.#listeners) listener(type === 'reconnect')
  }
}

/** Replies to a connection go below a subject of its own, which permissions can name. */
function inboxOf(name: string): string {
  return `_INBOX.${name}`
}
