/** Connections to an AMQP broker; the library tries nothing twice. */
import { type ChannelModel, connect } from 'amqplib'
import { messageOf } from '../../base/errors.ts'
import { fillSecrets } from '../../base/fill-secrets.ts'
import type { ErrorKind } from '../../model/outcome.ts'
import { isOfTls } from '../failure.ts'
import { tlsAt } from '../server-config.ts'
import type { AmqpConfig } from './schema.ts'

export interface ConnectSettings {
  readonly config: AmqpConfig
  readonly secrets: Readonly<Record<string, string>>
  /** The name by which people find it on the broker. */
  readonly name: string
  readonly timeoutMs: number
}

/** Connects once. @throws the error of the library */
export async function connectOnce({
  config,
  secrets,
  name,
  timeoutMs,
}: ConnectSettings): Promise<ChannelModel> {
  const { url, user, password, heartbeat, tls } = fillSecrets(config, secrets)
  const { hostname, port, pathname } = new URL(url)
  const encrypted = tlsAt({ url, tls }, 'amqps:')
  const vhost = pathname.length > 1 ? decodeURIComponent(pathname.slice(1)) : '/'
  const connection = await connect(
    {
      protocol: encrypted === null ? 'amqp' : 'amqps',
      hostname,
      ...(port !== '' && { port: Number(port) }),
      username: user,
      password,
      vhost,
      heartbeat,
    },
    { ...encrypted, timeout: timeoutMs, clientProperties: { connection_name: name }, noDelay: true },
  )
  // An error is followed by the end of the connection, which is told where it is looked for.
  connection.on('error', () => undefined)
  return connection
}

/** Returns what an error of the library means. */
export function kindOfError(error: unknown): ErrorKind {
  const { code } = error as { readonly code?: string | number }
  const text = messageOf(error)
  if (isOfTls(error)) return 'tls'
  if (code === 'ECONNREFUSED') return 'refused'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'dns'
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'reset'
  if (code === 403 || /ACCESS.REFUSED|403/.test(text)) return 'auth'
  if (/timed?.?out/i.test(text)) return 'timeout-connect'
  return 'closed'
}
