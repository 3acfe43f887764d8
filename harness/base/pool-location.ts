/** The location of a pool: `nats://host:4222/pool` or `tls://one,two/pool`, with `user:password@` or `token@` before the hosts. */
import { HarnessError } from './errors.ts'
import { isLoopback } from './loopback.ts'

export interface PoolLocation {
  /** `host:port` of each server. */
  readonly servers: readonly string[]
  readonly pool: string
  readonly isTls: boolean
  /** Null: none, or a token. */
  readonly user: string | null
  readonly password: string | null
  readonly token: string | null
}

const PROTOCOLS = ['nats', 'tls']
const DEFAULT_PORT = '4222'
const POOL_NAME = /^[A-Za-z0-9-]{1,40}$/

/** @throws HarnessError USAGE; POOL_NOT_SAFE for a broker beyond loopback without TLS and credentials */
export function parsePoolLocation(text: string, hasCredentials: boolean): PoolLocation {
  const [protocol = '', rest = ''] = text.split('://')
  const [authority = '', pool = '', ...more] = rest.split('/')
  const at = authority.lastIndexOf('@')
  const hosts = authority.slice(at + 1).split(',')
  const urls = hosts.map((host) => `${protocol}://${host}`)
  const isKnown = PROTOCOLS.includes(protocol) && POOL_NAME.test(pool) && more.length === 0
  if (!isKnown || !urls.every(hasHost))
    throw new HarnessError('USAGE', 'the address of the pool cannot be read', {
      hint: 'Give broker and pool, for example --on nats://127.0.0.1:4222/main, or --on local.',
    })
  const [user = '', password] = at === -1 ? [] : authority.slice(0, at).split(':').map(decodeURIComponent)
  const servers = urls.map((url) => `${new URL(url).hostname}:${new URL(url).port || DEFAULT_PORT}`)
  const isTls = protocol === 'tls'
  const isSafe = isTls && (hasCredentials || user !== '')
  if (!isSafe && !urls.every((url) => isLoopback(new URL(url).hostname)))
    throw new HarnessError(
      'POOL_NOT_SAFE',
      `${servers.join(', ')} is beyond this machine: ${whyUnsafe(isTls)}`,
      {
        hint: 'Workers run what they are sent: use tls://, and credentials by --creds or PROOFLOAD_CREDS.',
      },
    )
  const token = user !== '' && password === undefined ? user : null
  return {
    servers,
    pool,
    isTls,
    user: token === null && user !== '' ? user : null,
    password: password ?? null,
    token,
  }
}

function hasHost(url: string): boolean {
  return URL.canParse(url) && new URL(url).hostname !== ''
}

function whyUnsafe(isTls: boolean): string {
  return isTls ? 'it needs credentials' : 'it needs TLS and credentials'
}
