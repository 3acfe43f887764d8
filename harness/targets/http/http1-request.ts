/** Requests as HTTP/1.1 writes them: everything that can be put together once is. */
import type { VariableLookup } from '../../ports/target.ts'
import { isIdempotent, type RequestParts } from './request.ts'

const WITH_BODY = new Set(['POST', 'PUT', 'PATCH'])

export class Http1Request {
  readonly parts: RequestParts
  readonly isHead: boolean
  readonly isIdempotent: boolean
  readonly takesCookies: boolean
  readonly #sendsLength: boolean
  /** The whole request when nothing in it ever changes. */
  readonly #bytes: Buffer | null

  /** @param once the request is sent once: then bytes are not worth keeping */
  constructor(parts: RequestParts, once: boolean) {
    const { method, headers, body } = parts
    this.parts = parts
    this.isHead = method === 'HEAD'
    this.isIdempotent = isIdempotent(method)
    this.takesCookies = !headers.statesCookie
    this.#sendsLength = body !== null || WITH_BODY.has(method)
    this.#bytes = !once && isConstant(parts) ? Buffer.from(this.#text(noVariables, ''), 'utf8') : null
  }

  /** What goes on the wire. @param cookie value of the Cookie header, '' for none. @throws UnsetVariable */
  render(variables: VariableLookup, cookie: string): Buffer | string {
    return this.#bytes !== null && cookie === '' ? this.#bytes : this.#text(variables, cookie)
  }

  #text(variables: VariableLookup, cookie: string): string {
    const body = this.parts.body?.render(variables) ?? ''
    const length = this.#sendsLength ? `Content-Length: ${Buffer.byteLength(body)}\r\n` : ''
    const cookies = cookie === '' ? '' : `Cookie: ${cookie}\r\n`
    const { method, path, headers } = this.parts
    const head = `${method} ${path.render(variables)} HTTP/1.1\r\n${headers.lines.render(variables)}`
    return `${head}${length}${cookies}\r\n${body}`
  }
}

function isConstant({ path, headers, body }: RequestParts): boolean {
  return (
    path.constant !== null && headers.lines.constant !== null && (body === null || body.constant !== null)
  )
}

function noVariables(): undefined {
  return undefined
}
