/** The request that opens a session: the target's headers, the marks of the run, and the cookies that the agent got elsewhere. */
import { lookUp } from '../../base/names.ts'
import { Template, type VariableLookup } from '../../base/template.ts'
import type { DriverContext, Exchange } from '../../ports/target.ts'
import { sharedJars } from '../http/answers.ts'
import { type CookieJar, cookieNames } from '../http/cookie-jar.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { CORRELATION_ID, TRACEPARENT, Traceparents } from '../http/traceparent.ts'
import { asOneLine, utf8AsLatin1 } from '../http/url-encoding.ts'
import type { WsConfig } from './schema.ts'

export interface HandshakeRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

export class HandshakeFactory {
  readonly #endpoint: Endpoint
  /** `ws://host:port/base` */
  readonly #base: string
  readonly #headers: readonly (readonly [name: string, value: Template])[]
  readonly #jars: readonly (CookieJar | undefined)[]
  readonly #traceparents: Traceparents | null
  readonly #context: DriverContext

  constructor({ headers }: WsConfig, endpoint: Endpoint, context: DriverContext) {
    const { tracing, shared } = context
    this.#endpoint = endpoint
    this.#context = context
    this.#base = endpoint.origin.replace(/^http/, 'ws') + endpoint.basePath
    this.#jars = sharedJars(shared)
    this.#traceparents = tracing === null ? null : new Traceparents(tracing)
    this.#headers = [
      ['User-Agent', Template.of('proofload')],
      ...(tracing === null ? [] : [[CORRELATION_ID, Template.of(tracing.correlationId)] as const]),
      ...Object.entries(headers).map(([name, value]) => [name, Template.parse(value)] as const),
    ]
  }

  /** @param path as rendered @throws UnsetVariable */
  make(exchange: Exchange, path: string): HandshakeRequest {
    const headers = this.#headersFor(exchange.variables)
    const cookie = this.#cookies(exchange.agent, path, headers.get('cookie') ?? '')
    if (cookie !== '') headers.set('cookie', cookie)
    if (this.#traceparents !== null) headers.set(TRACEPARENT, this.#traceparents.value(exchange))
    return this.#requestOf(path, headers)
  }

  /** Makes the request of a session that is no agent's: it has no cookies, no trace and no variables but secrets. @throws UnsetVariable */
  standing(path: string): HandshakeRequest {
    const { secrets } = this.#context
    const secret = (name: string) =>
      name.startsWith('secret.') ? lookUp(secrets, name.slice('secret.'.length)) : undefined
    return this.#requestOf(path, this.#headersFor(secret))
  }

  #headersFor(variables: VariableLookup): Map<string, string> {
    return new Map(
      this.#headers.map(([name, value]) => [
        name.toLowerCase(),
        utf8AsLatin1(asOneLine(value.render(variables))),
      ]),
    )
  }

  #requestOf(path: string, headers: ReadonlyMap<string, string>): HandshakeRequest {
    return { url: this.#base + path.replace(/#.*/s, ''), headers: Object.fromEntries(headers) }
  }

  #cookies(agent: number, path: string, stated: string): string {
    const statedNames = stated === '' ? new Set<string>() : cookieNames(stated)
    const kept = this.#jars[agent]?.header(
      this.#endpoint,
      this.#endpoint.basePath + path || '/',
      this.#context.clock.wallMs(),
      statedNames,
    )
    return [stated, kept ?? ''].filter((part) => part !== '').join('; ')
  }
}
