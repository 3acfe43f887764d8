/** Handling of an answer, in either version of HTTP: component times, cookies, the next hop, headers and body. */
import type { Clock } from '../../base/clock.ts'
import { ALL_HEADERS, type Exchange } from '../../ports/target.ts'
import type { Failure } from '../failure.ts'
import { ContentDecoder, type Decoded } from './content-decoding.ts'
import { CookieJar, cookieNames } from './cookie-jar.ts'
import type { Endpoint } from './endpoint.ts'
import { type Hop, isRedirect, nextHop } from './redirect.ts'
import type { RequestParts } from './request.ts'
import { ComponentNames, readServerTiming } from './server-timing.ts'
import { fieldText } from './url-encoding.ts'

/** The fields of a head that the client itself acts on; '' = absent. */
export interface AnswerHead {
  readonly status: number
  readonly location: string
  readonly contentEncoding: string
  readonly serverTiming: string
  readonly setCookies: readonly string[]
}

export interface AnswerSettings {
  readonly endpoint: Endpoint
  /** True when agents keep cookies. */
  readonly cookies: boolean
  /** Largest body after decoding. */
  readonly bodyBytesMax: number
  readonly clock: Clock
  /** By agent; only those who were given cookies have one. */
  readonly jars: (CookieJar | undefined)[]
}

/** The jars of a shard, one an agent for all its targets. @param shared state of the shard */
export function sharedJars(shared: Map<string, unknown>): (CookieJar | undefined)[] {
  const jars = (shared.get('http-cookies') ?? []) as (CookieJar | undefined)[]
  shared.set('http-cookies', jars)
  return jars
}

const NO_NAMES: ReadonlySet<string> = new Set()

export class Answers {
  readonly #settings: AnswerSettings
  readonly #componentNames = new ComponentNames()
  readonly #decoder: ContentDecoder

  constructor(settings: AnswerSettings) {
    this.#settings = settings
    this.#decoder = new ContentDecoder(settings.bodyBytesMax)
  }

  /** Value of the Cookie header for a request of an agent: the author's cookies, and those of the jar with other names; '' for none. @throws UnsetVariable */
  cookiesFor({ agent, variables }: Exchange, { path, headers }: RequestParts): string {
    const stated = headers.cookie?.render(variables) ?? ''
    const { endpoint, clock, jars } = this.#settings
    const jar = jars[agent]
    if (jar === undefined) return stated
    const statedNames = stated === '' ? NO_NAMES : cookieNames(stated)
    const kept = jar.header(endpoint, path.render(variables), clock.wallMs(), statedNames)
    return stated === '' || kept === '' ? stated + kept : `${stated}; ${kept}`
  }

  /** Forgets the cookies of an agent that leaves. */
  forgetCookies(agent: number): void {
    this.#settings.jars[agent] = undefined
  }

  /** Takes a complete answer in; says where it sends the request on to, or why it does not. Null when it stands. */
  take(
    exchange: Exchange,
    request: RequestParts,
    head: AnswerHead,
    redirectsLeft: number,
  ): Hop | Failure | null {
    exchange.status = head.status
    if (head.serverTiming !== '') this.#readComponents(exchange, head.serverTiming)
    if (head.setCookies.length > 0 && this.#settings.cookies) this.#storeCookies(exchange, request, head)
    const leadsOn = request.followRedirects > 0 && isRedirect(head.status) && head.location !== ''
    return leadsOn ? this.#nextHop(exchange, request, head, redirectsLeft) : null
  }

  /** Gives a kept answer its headers. @param headerText lines of `name: value` */
  keepHeaders(exchange: Exchange, headerText: string): void {
    exchange.header = (name) => headerValue(headerText, name)
  }

  /** Undoes the Content-Encoding of a kept body. @param done is called within this call unless the body is large */
  decode(body: Buffer, { contentEncoding }: AnswerHead, done: (decoded: Decoded) => void): void {
    this.#decoder.decode(body, contentEncoding, done)
  }

  /** On its own: a closure in `take` would be paid for by answers without components, too. */
  #readComponents(exchange: Exchange, serverTiming: string): void {
    readServerTiming(serverTiming, (name, durationMs) =>
      exchange.addComponent(this.#componentNames.admit(name), durationMs),
    )
  }

  #storeCookies(exchange: Exchange, request: RequestParts, head: AnswerHead): void {
    const { endpoint, clock, jars } = this.#settings
    const jar = jars[exchange.agent] ?? new CookieJar()
    jars[exchange.agent] = jar
    const path = request.path.render(exchange.variables)
    for (const cookie of head.setCookies) jar.store(cookie, endpoint, path, clock.wallMs())
  }

  #nextHop(
    exchange: Exchange,
    request: RequestParts,
    head: AnswerHead,
    redirectsLeft: number,
  ): Hop | Failure {
    if (redirectsLeft === 0)
      return {
        kind: 'protocol',
        text: `more than ${request.followRedirects} redirects, the last to '${head.location}'`,
      }
    const from = { method: request.method, path: request.path.render(exchange.variables) }
    return nextHop(head, from, this.#settings.endpoint)
  }
}

/** All values of a header, joined as HTTP joins them; all lines for `ALL_HEADERS`. Called for each body that code reads: no list of lines is made. */
export function headerValue(headerText: string, name: string): string | undefined {
  if (name === ALL_HEADERS) return headerText
  const wanted = name.toLowerCase()
  let joined: string | undefined
  for (let start = 0; start < headerText.length; ) {
    const newline = headerText.indexOf('\n', start)
    const end = newline === -1 ? headerText.length : newline
    if (isField(headerText, start, wanted)) {
      const value = headerText.slice(start + wanted.length + 1, end).trim()
      joined = joined === undefined ? value : `${joined}, ${value}`
    }
    start = end + 1
  }
  return joined === undefined ? undefined : fieldText(joined)
}

/** Tells whether the line that begins at `start` is the field of a name. @param name in lower case */
function isField(headerText: string, start: number, name: string): boolean {
  const colon = start + name.length
  return headerText[colon] === ':' && headerText.slice(start, colon).toLowerCase() === name
}
