/** Connections to a NATS server, without any of the library's own tries: what is lost is lost, and told. */
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { messageOf } from '../../base/errors.ts'
import { fillSecrets } from '../../base/fill-secrets.ts'
import type { ErrorKind } from '../../model/outcome.ts'
import { type Failure, isOfTls } from '../failure.ts'
import { tlsAt } from '../server-config.ts'
import type { NatsConfig } from './schema.ts'

/** The parts of a connection. */
export interface ConnectSettings {
  readonly config: NatsConfig
  readonly secrets: Readonly<Record<string, string>>
  /** The name by which people find it on the server. */
  readonly name: string
  readonly timeoutMs: number
}

/** Connects once. @throws whatever the library throws: `failureOf` tells what it means */
export function connectOnce({ config, secrets, name, timeoutMs }: ConnectSettings): Promise<NatsConnection> {
  const { url, user, password, token, tls } = fillSecrets(config, secrets)
  const { hostname, port } = new URL(url)
  const encrypted = tlsAt({ url, tls }, 'tls:')
  return connect({
    servers: `${hostname}:${port || '4222'}`,
    name,
    timeout: timeoutMs,
    reconnect: false,
    ignoreClusterUpdates: true,
    noAsyncTraces: true,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { pass: password }),
    ...(token !== undefined && { token }),
    // Its types leave out what it hands on to Node.
    ...(encrypted !== null && { tls: encrypted as object }),
  })
}

/** Returns what an error of the library means. */
export function failureOf(error: unknown): Failure {
  const text = messageOf(error)
  return { kind: isOfTls(error) ? 'tls' : kindOf(error instanceof Error ? error.name : '', text), text }
}

function kindOf(name: string, text: string): ErrorKind {
  if (/^(Authorization|UserAuthenticationExpired|PermissionViolation)Error$/.test(name)) return 'auth'
  if (name === 'TimeoutError' || /timeout/i.test(text)) return 'timeout-connect'
  if (/ENOTFOUND|EAI_AGAIN/.test(text)) return 'dns'
  if (/refused|ECONNREFUSED/i.test(text)) return 'refused'
  if (name === 'ClosedConnectionError' || name === 'RequestError') return 'closed'
  return /ECONNRESET|EPIPE/.test(text) ? 'reset' : 'connect'
}
