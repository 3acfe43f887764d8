/** The address of an HTTP target, parsed once. */
import { isIP, type TcpNetConnectOpts } from 'node:net'
import { lookupFor } from '../../base/loopback.ts'

export interface Endpoint {
  /** Name or address without brackets. */
  readonly host: string
  readonly port: number
  /** The place that sockets go to, for `connect` of `node:net` and `node:tls`. */
  readonly place: Place
  readonly secure: boolean
  /** `http://host:port` */
  readonly origin: string
  /** Value of the Host header. */
  readonly authority: string
  /** Stands before every path; '' or `/api`. */
  readonly basePath: string
  /** Server name for TLS; undefined for addresses, which have none. */
  readonly serverName: string | undefined
}

/** A place that sockets can go to. */
export type Place =
  | { readonly path: string }
  | (Pick<TcpNetConnectOpts, 'port' | 'lookup'> & { readonly host: string })

/** Settings of a target beside its URL that say where and whom it is asked as. */
export interface EndpointSettings {
  /** `host:port` or `unix:/path`, instead of the URL's. */
  readonly connectTo?: string | undefined
  readonly tls?: { readonly serverName?: string | undefined } | undefined
}

const UNIX = 'unix:'

/** Returns the problem of a place to connect to, for people; null when there is none. */
export function problemOfPlace(text: string): string | null {
  if (text.startsWith(UNIX)) return text.startsWith(`${UNIX}/`) ? null : 'the path of a socket begins with /'
  const { hostname, port } = placeUrlOf(text) ?? {}
  return hostname === undefined || port === '' ? `'${text}' is not host:port` : null
}

/** Returns the problem of a target's URL, for people; null when there is none. */
export function problemOfUrl(text: string): string | null {
  if (!URL.canParse(text)) return `'${text}' is not a URL; write for example http://127.0.0.1:8080`
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return 'the URL must begin with http:// or https://'
  if (url.username !== '' || url.password !== '')
    return "the URL must not hold a password; send an 'authorization' header with a secret instead"
  if (url.search !== '' || url.hash !== '')
    return 'the URL must end with its path; write the query in the path of the step'
  return null
}

/** @param text a URL without problems @param settings without problems */
export function parseEndpoint(text: string, { connectTo, tls }: EndpointSettings = {}): Endpoint {
  const url = new URL(text)
  const secure = url.protocol === 'https:'
  const host = bare(url.hostname)
  const port = url.port === '' ? defaultPort(secure) : Number(url.port)
  return {
    host,
    port,
    place: placeOf(connectTo, { host, port }),
    secure,
    origin: url.origin,
    authority: url.host,
    basePath: url.pathname.replace(/\/+$/, ''),
    serverName: tls?.serverName ?? (isIP(host) === 0 ? host : undefined),
  }
}

function placeOf(
  connectTo: string | undefined,
  usual: { readonly host: string; readonly port: number },
): Place {
  if (connectTo?.startsWith(UNIX)) return { path: connectTo.slice(UNIX.length) }
  const given = connectTo === undefined ? null : placeUrlOf(connectTo)
  const { host, port } = given === null ? usual : { host: bare(given.hostname), port: Number(given.port) }
  const lookup = lookupFor(host)
  return { host, port, ...(lookup && { lookup }) }
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '')
}

/** A scheme without a port of its own keeps every port that is written. */
function placeUrlOf(text: string): URL | null {
  if (!/^[^/?#@]+:\d+$/.test(text) || !URL.canParse(`place://${text}`)) return null
  return new URL(`place://${text}`)
}

function defaultPort(secure: boolean): number {
  return secure ? 443 : 80
}
