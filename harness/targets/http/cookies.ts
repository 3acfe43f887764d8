import { wallMsOf } from '../../base/clock.ts'

/** Cookies of one agent for one origin (RFC 6265, without Domain: load goes to one host). */
interface Cookie {
  readonly value: string
  readonly path: string
  readonly secure: boolean
  /** Calendar ms; Infinity for a session cookie. */
  readonly expiresMs: number
}

/** What a browser would remember and send back. */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie>()

  /** Takes up one `Set-Cookie` value. */
  store(setCookie: string, wallMs: number): void {
    const [pair = '', ...attributes] = setCookie.split(';')
    const equals = pair.indexOf('=')
    if (equals <= 0) return
    const attribute = (name: string) => {
      const found = attributes.find((text) => text.trim().toLowerCase().split('=')[0] === name)
      return found === undefined ? undefined : found.slice(found.indexOf('=') + 1).trim()
    }
    const name = pair.slice(0, equals).trim()
    const path = attribute('path') ?? '/'
    const expiresMs = expiryOf(attribute('max-age'), attribute('expires'), wallMs)
    if (expiresMs <= wallMs) this.#cookies.delete(name)
    else
      this.#cookies.set(name, {
        value: pair.slice(equals + 1).trim(),
        path,
        secure: attribute('secure') !== undefined,
        expiresMs,
      })
  }

  /** Value of the `Cookie` header for a request; '' when there is nothing to send. */
  headerFor(path: string, secure: boolean, wallMs: number): string {
    const sent: string[] = []
    for (const [name, cookie] of this.#cookies) {
      if (cookie.expiresMs <= wallMs || (cookie.secure && !secure) || !pathMatches(path, cookie.path))
        continue
      sent.push(`${name}=${cookie.value}`)
    }
    return sent.join('; ')
  }
}

function expiryOf(maxAge: string | undefined, expires: string | undefined, wallMs: number): number {
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return wallMs + Number(maxAge) * 1000
  const parsedMs = expires === undefined ? Number.NaN : wallMsOf(expires)
  return Number.isNaN(parsedMs) ? Number.POSITIVE_INFINITY : parsedMs
}

function pathMatches(requestPath: string, cookiePath: string): boolean {
  const path = requestPath.split('?')[0] ?? requestPath
  return path === cookiePath || path.startsWith(cookiePath.endsWith('/') ? cookiePath : `${cookiePath}/`)
}
