/**
 * The cookies of one agent (RFC 6265): name, value, Domain, Path, Max-Age, Expires, Secure. Ports do not tell hosts apart,
 * so that a login on one serves a shop on another. A loopback host is trusted as HTTPS is, as browsers do.
 */
import { isIP } from 'node:net'
import { isLoopback } from '../../base/loopback.ts'
import { parseCookieDate } from './cookie-date.ts'

/** A server cannot make an agent remember more; the oldest go first. */
export const COOKIES_MAX = 50
const COOKIE_CHARS_MAX = 4096
/** Servers refuse longer Cookie headers; and ten thousand agents have as many jars. */
export const JAR_CHARS_MAX = 32_768

/** The origin that gives or gets a cookie. */
export interface CookieOrigin {
  readonly host: string
  readonly secure: boolean
}

interface Cookie {
  readonly name: string
  readonly value: string
  /** The host, or a domain above it. */
  readonly domain: string
  /** True when hosts below the domain get it, too. */
  readonly isShared: boolean
  readonly path: string
  readonly secure: boolean
  /** Infinity for cookies of the session. */
  readonly expiresMs: number
}

export class CookieJar {
  readonly #cookies = new Map<string, Cookie>()
  /** Sum over the cookies. */
  #chars = 0

  /** Remembers, replaces or (when already expired) forgets a cookie. Garbage is passed over. @param wallMs calendar time */
  store(setCookie: string, { host }: CookieOrigin, requestPath: string, wallMs: number): void {
    if (setCookie.length > COOKIE_CHARS_MAX) return
    const [pair = '', ...attributes] = setCookie.split(';')
    const equals = pair.indexOf('=')
    const name = pair.slice(0, equals).trim()
    if (equals < 1 || name === '') return
    const settings = new Map(attributes.map(settingOf))
    const own = host.toLowerCase()
    const stated = settings.get('domain')?.replace(/^\./, '').toLowerCase() ?? ''
    if (stated !== '' && !isWithin(own, stated)) return
    const path = settings.get('path')
    const cookie: Cookie = {
      name,
      value: pair.slice(equals + 1).trim(),
      domain: stated === '' ? own : stated,
      isShared: stated !== '',
      path: path?.startsWith('/') ? path : folderOf(requestPath),
      secure: settings.has('secure'),
      expiresMs: expiryOf(settings, wallMs),
    }
    this.#remember(cookie, wallMs)
  }

  /** Value of the Cookie header for a request, longest path first; '' when there is none. @param statedNames cookies that the author sends himself */
  header(
    { host, secure }: CookieOrigin,
    requestPath: string,
    wallMs: number,
    statedNames: ReadonlySet<string>,
  ): string {
    const own = host.toLowerCase()
    const path = requestPath.split('?', 1)[0] as string
    const isTrusted = secure || isLoopback(own)
    const matching = [...this.#cookies.values()].filter(
      (cookie) =>
        cookie.expiresMs > wallMs &&
        (isTrusted || !cookie.secure) &&
        (cookie.isShared ? isWithin(own, cookie.domain) : own === cookie.domain) &&
        pathMatches(path, cookie.path) &&
        !statedNames.has(cookie.name),
    )
    return matching
      .sort((left, right) => right.path.length - left.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }

  #remember(cookie: Cookie, wallMs: number): void {
    const key = `${cookie.name};${cookie.domain};${cookie.path}`
    const before = this.#cookies.get(key)
    if (cookie.expiresMs <= wallMs) {
      if (before !== undefined) this.#forget(key, before)
      return
    }
    if (before !== undefined) this.#chars -= charsOf(before)
    this.#cookies.set(key, cookie)
    this.#chars += charsOf(cookie)
    for (const [oldest, its] of this.#cookies) {
      if (this.#cookies.size <= COOKIES_MAX && this.#chars <= JAR_CHARS_MAX) return
      this.#forget(oldest, its)
    }
  }

  #forget(key: string, cookie: Cookie): void {
    this.#cookies.delete(key)
    this.#chars -= charsOf(cookie)
  }
}

function charsOf({ name, value, domain, path }: Cookie): number {
  return name.length + value.length + domain.length + path.length
}

/** Names of the cookies in a Cookie header. */
export function cookieNames(header: string): ReadonlySet<string> {
  return new Set(header.split(';').map((pair) => (pair.split('=', 1)[0] as string).trim()))
}

/** Tells whether a host is a domain or below it; an address is only itself. */
function isWithin(host: string, domain: string): boolean {
  return host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`))
}

function settingOf(attribute: string): readonly [name: string, value: string] {
  const equals = attribute.indexOf('=')
  if (equals === -1) return [attribute.trim().toLowerCase(), '']
  return [attribute.slice(0, equals).trim().toLowerCase(), attribute.slice(equals + 1).trim()]
}

/** Max-Age wins over Expires; what cannot be read leaves a cookie of the session. */
function expiryOf(settings: ReadonlyMap<string, string>, wallMs: number): number {
  const maxAge = settings.get('max-age') ?? ''
  if (/^-?\d+$/.test(maxAge)) return wallMs + Number(maxAge) * 1000
  const expiresMs = parseCookieDate(settings.get('expires') ?? '')
  return Number.isNaN(expiresMs) ? Number.POSITIVE_INFINITY : expiresMs
}

function folderOf(requestPath: string): string {
  const path = requestPath.split('?', 1)[0] as string
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

function pathMatches(path: string, cookiePath: string): boolean {
  if (!path.startsWith(cookiePath)) return false
  return path.length === cookiePath.length || cookiePath.endsWith('/') || path[cookiePath.length] === '/'
}
