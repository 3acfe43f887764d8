/** Connections to an MQTT broker, without any of the library's own tries and queues: what is lost is lost, and told. */
import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import { fillSecrets } from '../../base/fill-secrets.ts'
import { tlsAt } from '../server-config.ts'
import type { MqttConfig } from './schema.ts'

export interface ConnectSettings {
  readonly config: MqttConfig
  readonly secrets: Readonly<Record<string, string>>
  readonly clientId: string
  readonly timeoutMs: number
  /** Options of consumers besides. */
  readonly more?: Pick<IClientOptions, 'clean' | 'properties' | 'incomingStore'>
}

/** A client that is connected, and what the broker said to it. */
export interface Connected {
  readonly client: MqttClient
  /** Messages that may be on their way without an acknowledgement. */
  readonly receiveMaximum: number
}

/** Connects once. @param onClient called with the client before it is connected, to listen @throws the error of the library */
export function connectOnce(
  { config, secrets, clientId, timeoutMs, more = {} }: ConnectSettings,
  onClient: (client: MqttClient) => void = () => undefined,
): Promise<Connected> {
  const { url, version, user, password, keepAlive, tls } = fillSecrets(config, secrets)
  const encrypted = tlsAt({ url, tls }, 'mqtts:')
  return new Promise((resolve, reject) => {
    const client = connect(url, {
      ...(encrypted !== null && { ...encrypted, protocol: 'mqtts' as const }),
      protocolVersion: version,
      clientId,
      clean: true,
      keepalive: keepAlive,
      connectTimeout: timeoutMs,
      reconnectPeriod: 0,
      queueQoSZero: false,
      resubscribe: false,
      ...(user !== undefined && { username: user }),
      ...(password !== undefined && { password }),
      ...more,
    })
    const fail = (error: Error) => {
      client.end(true)
      reject(error)
    }
    onClient(client)
    client.on('error', fail)
    client.once('close', () => fail(new Error('the broker closed the connection')))
    client.once('connect', ({ properties }) =>
      resolve({ client, receiveMaximum: properties?.receiveMaximum ?? 65_535 }),
    )
  })
}
