/** Connections to a Kafka cluster; nothing that is measured is tried twice by the library. */
import { Kafka, logLevel, type SASLOptions } from 'kafkajs'
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { fillSecrets } from '../../base/fill-secrets.ts'
import { lookUp } from '../../base/names.ts'
import { formatDurationMs } from '../../base/units.ts'
import type { ErrorKind } from '../../model/outcome.ts'
import { type Failure, failureOf as failureOfSocket } from '../failure.ts'
import { tlsOf } from '../server-config.ts'
import { hostOf, type KafkaConfig } from './schema.ts'
import { KafkaSockets } from './sockets.ts'
import { kindOfCode } from './status.ts'

/** Errors of the library itself; of those of a connection, its socket knows more. */
const KIND_BY_NAME: Readonly<Record<string, ErrorKind>> = {
  KafkaJSSASLAuthenticationError: 'auth',
  KafkaJSConnectionError: 'closed',
  KafkaJSConnectionClosedError: 'closed',
  KafkaJSMetadataNotLoaded: 'unavailable',
  KafkaJSTopicMetadataNotLoaded: 'unavailable',
  KafkaJSBrokerNotFound: 'unavailable',
  KafkaJSNoBrokerAvailableError: 'unavailable',
  KafkaJSGroupCoordinatorNotFound: 'unavailable',
  KafkaJSRequestTimeoutError: 'unanswered',
}

export interface ConnectSettings {
  readonly config: KafkaConfig
  readonly secrets: Readonly<Record<string, string>>
  /** The name by which people find it on the broker. */
  readonly name: string
  readonly clock: Clock
  readonly timeoutMs: number
}

/** A producer, consumer or admin of the library that is connected. */
export interface Connected<Client> {
  readonly client: Client
  readonly sockets: KafkaSockets
}

/** A failure with the error code of Kafka; 0 = it has none. */
export class KafkaFailure extends Error implements Failure {
  readonly kind: Failure['kind']
  readonly status: number

  constructor({ kind, text }: Failure, status = 0) {
    super(text)
    this.kind = kind
    this.status = status
  }

  get text(): string {
    return this.message
  }
}

/**
 * Connects a client of the library, to the first of the brokers that answers.
 * @param prepare is part of connecting @throws KafkaFailure
 */
export async function connectClient<Client extends { connect(): Promise<void> }>(
  { config, secrets, name, clock, timeoutMs }: ConnectSettings,
  create: (kafka: Kafka) => Client,
  prepare: (client: Client) => Promise<void> = () => Promise.resolve(),
): Promise<Connected<Client>> {
  const { brokers, tls } = config
  const sockets = new KafkaSockets(brokers.map(hostOf))
  const client = create(
    new Kafka({
      brokers: [...brokers],
      clientId: name,
      connectionTimeout: timeoutMs,
      authenticationTimeout: timeoutMs,
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
      socketFactory: sockets.create,
      ...(tls !== undefined && { ssl: tlsOf(tls) }),
      ...saslOf(config, secrets),
    }),
  )
  const cancel = clock.after(timeoutMs, () =>
    sockets.destroy({
      kind: 'timeout-connect',
      text: `not connected within ${formatDurationMs(timeoutMs)}`,
    }),
  )
  try {
    await connectToAny(brokers.length, client, sockets)
    await prepare(client)
    return { client, sockets }
  } catch (error) {
    const failure = failureOf(error, sockets.failure)
    sockets.destroy(failure)
    throw failure
  } finally {
    cancel()
  }
}

/** Tries each of the brokers once: the library takes the next one each time. */
async function connectToAny(
  brokers: number,
  client: { connect(): Promise<void> },
  sockets: KafkaSockets,
): Promise<void> {
  for (let left = brokers - 1; ; left--) {
    try {
      return await client.connect()
    } catch (error) {
      if (left === 0 || sockets.isOver || nameOf(rootOf(error)) !== 'KafkaJSConnectionError') throw error
    }
  }
}

/** Returns what an error of the library means. @param ofSocket the failure of the socket, which says more than the library does */
export function failureOf(error: unknown, ofSocket: Failure | null = null): KafkaFailure {
  const root = rootOf(error)
  if (root instanceof KafkaFailure) return root
  const text = messageOf(root)
  const { type, code } = root as { readonly type?: unknown; readonly code?: unknown }
  // -1 and -99 of the library are codes that it does not know.
  if (typeof type === 'string' && typeof code === 'number')
    return new KafkaFailure({ kind: kindOfCode(code), text: `${type}: ${text}` }, Math.max(code, 0))
  const kind = lookUp(KIND_BY_NAME, nameOf(root))
  if (kind !== undefined && kind !== 'closed') return new KafkaFailure({ kind, text })
  const [, ofConnecting] = /^(?:Connection error|Failed to connect): (.+)$/s.exec(text) ?? []
  if (ofConnecting === undefined) return new KafkaFailure(ofSocket ?? { kind: kind ?? 'protocol', text })
  const said = Object.assign(new Error(ofConnecting), { code })
  return new KafkaFailure(ofSocket ?? failureOfSocket(said, 'connecting'))
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}

/** Returns the error inside those that only say that it was not tried again. */
function rootOf(error: unknown): unknown {
  let root = error
  while (root instanceof Error && root.cause instanceof Error) root = root.cause
  return root
}

function saslOf(
  { user, password, mechanism }: KafkaConfig,
  secrets: Readonly<Record<string, string>>,
): { readonly sasl?: SASLOptions } {
  if (user === undefined || password === undefined) return {}
  const login = fillSecrets({ username: user, password }, secrets)
  return { sasl: { mechanism, ...login } as SASLOptions }
}
