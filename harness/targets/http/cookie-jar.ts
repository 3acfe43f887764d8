/**
 * The cookies of one agent towards one host (RFC 6265, the part that one host needs): name, value, Path, Max-Age,
 * Expires, Secure. Domain may only name the host or a domain above it, and is then of no consequence.
 */
import { wallMsOf } from '../../base/clock.ts'

/** A server cannot make an agent remember more; the oldest go first. */
export const COOKIES_MAX = 50
const COOKIE_CHARS_MAX = 4096

interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
  readonly secure: boolean
  /** Infinity for cookies of the session. */
  readonly expiresMs: number
}

export class CookieJar {
  readonly #host: string
  readonly #cookies = new Map<string, Cookie>()

  constructor(host: string) {
    this.#host = host.toLowerCase()
  }

  /** Remembers, replaces or (when already expired) forgets a cookie. Garbage is passed over. @param wallMs calendar time */
  store(setCookie: string, requestPath: string, wallMs: number): void {
    if (setCookie.length > COOKIE_CHARS_MAX) return
    const [pair = '', ...attributes] = setCookie.split(';')
    const equals = pair.indexOf('=')
    const name = pair.slice(0, equals).trim()
    if (equals < 1 || name === '') return
    const settings = new Map(attributes.map(settingOf))
    if (!this.#belongsHere(settings.get('domain'))) return
    const path = settings.get('path')
    const cookie: Cookie = {
      name,
      value: pair.slice(equals + 1).trim(),
      path: path?.startsWith('/') ? path : folderOf(requestPath),
      secure: settings.has('secure'),
      expiresMs: expiryOf(settings, wallMs),
    }
    this.#remember(cookie, wallMs)
  }

  /** Value of the Cookie header for a request, longest path first; '' when there is none. */
  header(requestPath: string, secure: boolean, wallMs: number): string {
    const path = requestPath.split('?', 1)[0] as string
    const matching = [...this.#cookies.values()].filter(
      (cookie) => cookie.expiresMs > wallMs && (secure || !cookie.secure) && pathMatches(path, cookie.path),
    )
    return matching
      .sort((left, right) => right.path.length - left.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }

  #remember(cookie: Cookie, wallMs: number): void {
    const key = `${cookie.name};${cookie.path}`
    if (cookie.expiresMs <= wallMs) {
      this.#cookies.delete(key)
      return
    }
    this.#cookies.set(key, cookie)
    if (this.#cookies.size <= COOKIES_MAX) return
    for (const oldest of this.#cookies.keys()) {
      this.#cookies.delete(oldest)
      break
    }
  }

  #belongsHere(domain: string | undefined): boolean {
    const bare = domain?.replace(/^\./, '').toLowerCase() ?? ''
    return bare === '' || this.#host === bare || this.#host.endsWith(`.${bare}`)
  }
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
  const expiresMs = wallMsOf(settings.get('expires') ?? '')
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
