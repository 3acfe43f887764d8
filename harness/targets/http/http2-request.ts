/** Requests as HTTP/2 sends them: header fields are put together once where nothing in them changes. */
import type { OutgoingHttpHeaders } from 'node:http2'
import { putAt } from '../../base/names.ts'
import type { Template, VariableLookup } from '../../base/template.ts'
import type { Exchange } from '../../ports/target.ts'
import { isConstant, isIdempotent, type RequestParts, sendsLength } from './request.ts'
import { bodyContent } from './request-body.ts'
import { TRACEPARENT, type Traceparents } from './traceparent.ts'
import { utf8AsLatin1 } from './url-encoding.ts'

/** Header fields that belong to the connection in HTTP/1.1; HTTP/2 forbids them (RFC 9113 section 8.2.2). */
const OF_CONNECTIONS = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
])

/** A request with its variables filled in. */
export interface RenderedRequest {
  readonly headers: OutgoingHttpHeaders
  readonly body: Buffer | string | null
}

export class Http2Request {
  readonly parts: RequestParts
  readonly isIdempotent: boolean
  readonly #fields: readonly (readonly [name: string, value: Template])[]
  /** Null when it is not marked, or the author marks it himself. */
  readonly #traceparents: Traceparents | null
  /** The whole request when nothing in it ever changes but its cookies and `traceparent`. */
  readonly #constant: RenderedRequest | null

  constructor(parts: RequestParts, traceparents: Traceparents | null) {
    const { method, headers } = parts
    this.parts = parts
    this.isIdempotent = isIdempotent(method)
    this.#fields = headers.entries
      .map(([name, value]) => [fieldName(name), value] as const)
      .filter(([name]) => !OF_CONNECTIONS.has(name))
    this.#traceparents = traceparents === null || headers.has(TRACEPARENT) ? null : traceparents
    this.#constant = isConstant(parts) ? this.#rendered(() => undefined) : null
  }

  /** Returns what goes into a stream, marked as the next attempt of the exchange. @param cookie '' for none @throws UnsetVariable */
  render(exchange: Pick<Exchange, 'variables' | 'traceNumber'>, cookie: string): RenderedRequest {
    const rendered = this.#constant ?? this.#rendered(exchange.variables)
    if (cookie === '' && this.#traceparents === null) return rendered
    const headers = { ...rendered.headers }
    if (cookie !== '') headers['cookie'] = utf8AsLatin1(cookie)
    // Last, because a request that lacks a variable is not sent and gets no trace.
    if (this.#traceparents !== null) headers[TRACEPARENT] = this.#traceparents.value(exchange)
    return { headers, body: rendered.body }
  }

  #rendered(variables: VariableLookup): RenderedRequest {
    const { method, path, body, authority, sign } = this.parts
    const place = path.render(variables)
    const headers: OutgoingHttpHeaders = { ':method': method, ':path': place }
    for (const [name, value] of this.#fields) putAt(headers, name, utf8AsLatin1(value.render(variables)))
    const content = body === null ? null : bodyContent(body, variables)
    if (sendsLength(this.parts)) headers['content-length'] = Buffer.byteLength(content ?? '')
    if (sign !== null) {
      const proof = sign({ method, path: place, authority, body: content ?? '' }, variables)
      for (const [name, value] of Object.entries(proof)) putAt(headers, name.toLowerCase(), value)
    }
    return { headers, body: content }
  }
}

function fieldName(name: string): string {
  const lower = name.toLowerCase()
  return lower === 'host' ? ':authority' : lower
}
