/** The address of an HTTP target, parsed once. */
import { isIP } from 'node:net'

export interface Endpoint {
  /** Name or address without brackets. */
  readonly host: string
  readonly port: number
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

/** @param text a URL without problems */
export function parseEndpoint(text: string): Endpoint {
  const url = new URL(text)
  const secure = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return {
    host,
    port: url.port === '' ? defaultPort(secure) : Number(url.port),
    secure,
    origin: url.origin,
    authority: url.host,
    basePath: url.pathname.replace(/\/+$/, ''),
    serverName: isIP(host) === 0 ? host : undefined,
  }
}

function defaultPort(secure: boolean): number {
  return secure ? 443 : 80
}
