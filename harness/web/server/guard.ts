/**
 * Access to a dashboard and to its buttons. Four questions, in this order:
 *   1 is the request meant for this server? A foreign name that resolves to loopback (DNS rebinding) is not ours.
 *   2 does it carry the token? Beyond loopback nobody looks without one; a cookie belongs to the name it was set for, so
 *     that rebinding is harmless there whatever name the server is reached by.
 *   3 does the method fit?
 *   4 does a page of this server ask? A browser says where a POST comes from; what says nothing is no browser.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { secureHeaders } from 'hono/secure-headers'
import { isLoopback } from '../../base/loopback.ts'

export interface GuardRules {
  /** Token that a viewer has to know; null: everybody on this machine may look. */
  readonly token: string | null
  /** True when the server listens on loopback alone. */
  readonly isLocal: boolean
  /** Paths that take POST, and nothing else. */
  readonly posts: readonly string[]
}

/** Nothing is loaded from elsewhere, framed, cached, or told to others. */
export function protectiveHeaders(): MiddlewareHandler {
  const secure = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      connectSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
    },
    xFrameOptions: 'DENY',
    // It would bind the name of this machine to TLS, for every other server on it too.
    strictTransportSecurity: false,
  })
  return (context, next) =>
    secure(context, async () => {
      await next()
      context.header('Cache-Control', 'no-store')
    })
}

/** Lets a request through, or says why not. */
export function guard(rules: GuardRules): MiddlewareHandler {
  const questions: readonly Question[] = [
    ...(rules.isLocal ? [askName] : []),
    ...(rules.token === null ? [] : [createAdmission(rules.token)]),
    createMethodQuestion(rules.posts),
    askOrigin,
  ]
  return (context, next) => askAll(questions, context, next)
}

export interface ProgramRules {
  /** Tokens of which a program has to know one. */
  readonly tokens: readonly string[]
  /** True: none is asked for. */
  readonly isOpen: boolean
  /** True when the server listens on loopback alone. */
  readonly isLocal: boolean
}

/** Lets programs through: by a token in a header, which no page of another site can send; never by a cookie. */
export function programGuard({ tokens, isOpen, isLocal }: ProgramRules): MiddlewareHandler {
  const wanted = tokens.map(digestOf)
  const askToken: Question = (context) => {
    if (isOpen) return null
    if (wanted.length === 0)
      return refuse(context, 403, 'this is closed: set PROOFLOAD_API_TOKEN or PROOFLOAD_API_TOKEN_FILE')
    const given = digestOf(bearerOf(context) ?? '')
    // All are compared, so that the time tells nothing.
    const known = wanted.map((each) => timingSafeEqual(given, each))
    if (known.includes(true)) return null
    context.header('WWW-Authenticate', 'Bearer')
    return refuse(context, 401, 'this requires the token of the API: Authorization: Bearer ...')
  }
  const questions = [...(isLocal ? [askName] : []), askToken, askOrigin]
  return (context, next) => askAll(questions, context, next)
}

async function askAll(
  questions: readonly Question[],
  context: Context,
  next: () => Promise<void>,
): Promise<Response | undefined> {
  for (const ask of questions) {
    const refusal = ask(context)
    if (refusal !== null) return refusal
  }
  await next()
  return undefined
}

/** Null lets it through. */
type Question = (context: Context) => Response | null

function askName(context: Context): Response | null {
  const url = parseUrl(`http://${context.req.header('Host') ?? ''}`)
  if (url !== null && isLoopback(url.hostname)) return null
  return refuse(context, 403, 'this dashboard answers only to 127.0.0.1, [::1] and localhost')
}

function createMethodQuestion(posts: readonly string[]): Question {
  return (context) => {
    const { path, method } = context.req
    const allowed = posts.includes(path) ? ['POST'] : ['GET', 'HEAD']
    if (allowed.includes(method)) return null
    context.header('Allow', allowed.join(', '))
    return refuse(context, 405, `this takes ${allowed.join(' and ')} only`)
  }
}

function askOrigin(context: Context): Response | null {
  if (context.req.method !== 'POST') return null
  const site = context.req.header('Sec-Fetch-Site') ?? 'same-origin'
  const origin = context.req.header('Origin')
  const own = parseUrl(`http://${context.req.header('Host') ?? ''}`)
  // Behind a proxy that speaks TLS the scheme is another one, and the name is the same.
  const isSame = origin === undefined || (own !== null && parseUrl(origin)?.host === own.host)
  if (site === 'same-origin' && isSame) return null
  return refuse(context, 403, 'only pages of this dashboard may send this request')
}

/** Says as text what was wrong: the style of the pages is behind the same guard. */
function refuse(context: Context, status: 401 | 403 | 405, why: string): Response {
  return context.text(`${why}\n`, status)
}

/** Null for who knows the token; else the answer. A token in the URL is put into a cookie, and out of the URL. */
function createAdmission(token: string): Question {
  const wanted = digestOf(token)
  const knows = (given: string | undefined) => given !== undefined && timingSafeEqual(digestOf(given), wanted)
  // Cookies do not know ports: two dashboards of one machine must not forget one another's token.
  const cookie = `proofload_${wanted.toString('hex').slice(0, 8)}`
  return (context) => {
    const inUrl = context.req.query('token')
    if (inUrl !== undefined && knows(inUrl) && context.req.method === 'GET') {
      // Not 'Strict': who follows a link of a chat or a CI page would come back from here without it.
      setCookie(context, cookie, token, { httpOnly: true, sameSite: 'Lax', path: '/' })
      return context.redirect('/', 303)
    }
    if (knows(bearerOf(context)) || knows(getCookie(context, cookie))) return null
    context.header('WWW-Authenticate', 'Bearer')
    return refuse(context, 401, 'this dashboard requires its token: open the URL printed at its start')
  }
}

function bearerOf(context: Context): string | undefined {
  return /^Bearer (.+)$/i.exec(context.req.header('Authorization') ?? '')?.[1]
}

/** Hashes a text to an equal length whatever was given, so that comparing two takes the same time. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}
