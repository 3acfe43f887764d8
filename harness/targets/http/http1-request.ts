/** Requests as HTTP/1.1 writes them: everything that can be put together once is. */
import type { VariableLookup } from '../../base/template.ts'
import type { Exchange } from '../../ports/target.ts'
import { isConstant, isIdempotent, type RequestParts, sendsLength } from './request.ts'
import { bodyContent } from './request-body.ts'
import { TRACEPARENT, type Traceparents } from './traceparent.ts'

export class Http1Request {
  readonly parts: RequestParts
  readonly isHead: boolean
  readonly isIdempotent: boolean
  readonly #sendsLength: boolean
  /** The author's own cookies, as they are in the bytes. */
  readonly #ownCookie: string
  /** The whole request when nothing in it ever changes but its `traceparent`. */
  #bytes: Buffer | null
  /** Null when it is not marked, or the author marks it himself. */
  readonly #traceparents: Traceparents | null
  /** The place in the bytes where the line of its `traceparent` begins. */
  readonly #traceparentAt: number

  /** @param once the request is sent once: then bytes are not worth keeping */
  constructor(parts: RequestParts, once: boolean, traceparents: Traceparents | null = null) {
    const { method, headers } = parts
    this.parts = parts
    this.isHead = method === 'HEAD'
    this.isIdempotent = isIdempotent(method)
    this.#sendsLength = sendsLength(parts)
    this.#traceparents = traceparents === null || headers.has(TRACEPARENT) ? null : traceparents
    const blankLine = this.#traceparents?.blankLine ?? ''
    const isKept = !once && isConstant(parts)
    this.#ownCookie = headers.cookie?.constant ?? ''
    this.#bytes = isKept ? asBuffer(this.#content(noVariables, this.#ownCookie, blankLine)) : null
    this.#traceparentAt = this.#bytes?.indexOf(blankLine) ?? 0
  }

  /** True when each of its attempts is marked with a `traceparent` of its own. */
  get isMarked(): boolean {
    return this.#traceparents !== null
  }

  /**
   * Returns what goes on the wire; where attempts are marked, as the next one of the exchange, in bytes that are good until the next
   * one is rendered. @param cookie value of the Cookie header, '' for none @throws UnsetVariable
   */
  render(exchange: Pick<Exchange, 'variables' | 'traceNumber'>, cookie: string): Buffer | string {
    if (this.#bytes === null || cookie !== this.#ownCookie)
      return this.#content(exchange.variables, cookie, exchange)
    this.#traceparents?.stamp(exchange, this.#bytes, this.#traceparentAt)
    return this.#bytes
  }

  /** Whoever sends the bytes rendered last has not let go of them: they stay as they are, and others are used. */
  leaveBytes(): void {
    if (this.#bytes !== null) this.#bytes = Buffer.from(this.#bytes)
  }

  /** @param mark the exchange to mark, or the line that marks it, '' for none */
  #content(
    variables: VariableLookup,
    cookie: string,
    mark: Pick<Exchange, 'traceNumber'> | string,
  ): Buffer | string {
    const body = bodyContent(this.parts.body, variables)
    const length = this.#sendsLength ? `Content-Length: ${Buffer.byteLength(body)}\r\n` : ''
    const cookies = cookie === '' ? '' : `Cookie: ${cookie}\r\n`
    const { method, path, headers, authority, sign } = this.parts
    const place = path.render(variables)
    const proof = sign === null ? '' : linesOf(sign({ method, path: place, authority, body }, variables))
    const head = `${method} ${place} HTTP/1.1\r\n${headers.lines.render(variables)}${proof}`
    // Last, because a request that lacks a variable is not sent and gets no trace.
    const line = typeof mark === 'string' ? mark : (this.#traceparents?.line(mark) ?? '')
    const whole = `${head}${length}${cookies}${line}\r\n`
    return typeof body === 'string' ? whole + body : Buffer.concat([Buffer.from(whole), body])
  }
}

function linesOf(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
}

function asBuffer(content: Buffer | string): Buffer {
  return typeof content === 'string' ? Buffer.from(content, 'utf8') : content
}

function noVariables(): undefined {
  return undefined
}
