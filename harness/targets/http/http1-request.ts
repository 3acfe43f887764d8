/** Requests as HTTP/1.1 writes them: everything that can be put together once is. */
import type { VariableLookup } from '../../ports/target.ts'
import { Template } from '../template.ts'
import { type HeaderTemplate, isIdempotent, type RequestParts, statesCookie } from './request.ts'

const WITH_BODY = new Set(['POST', 'PUT', 'PATCH'])

/** Head lines of header lists that many requests share. */
const blocks = new WeakMap<readonly HeaderTemplate[], Template>()

export class Http1Request {
  readonly parts: RequestParts
  readonly isHead: boolean
  readonly isIdempotent: boolean
  readonly takesCookies: boolean
  /** Request line and headers, without what only the body and the cookies decide. */
  readonly #head: Template
  readonly #sendsLength: boolean
  /** The whole request when nothing in it ever changes. */
  readonly #bytes: Buffer | null

  /** @param once the request is sent once: then bytes are not worth keeping */
  constructor(parts: RequestParts, once: boolean) {
    const { method, path, headers, body } = parts
    this.parts = parts
    this.isHead = method === 'HEAD'
    this.isIdempotent = isIdempotent(method)
    this.takesCookies = !statesCookie(parts)
    this.#head = Template.join([
      Template.of(`${method} `),
      path,
      Template.of(' HTTP/1.1\r\n'),
      headerBlock(headers),
    ])
    this.#sendsLength = body !== null || WITH_BODY.has(method)
    const isConstant = this.#head.constant !== null && (body === null || body.constant !== null)
    this.#bytes = isConstant && !once ? Buffer.from(this.#text(noVariables, ''), 'utf8') : null
  }

  /** What goes on the wire. @param cookie value of the Cookie header, '' for none. @throws UnsetVariable */
  render(variables: VariableLookup, cookie: string): Buffer | string {
    return this.#bytes !== null && cookie === '' ? this.#bytes : this.#text(variables, cookie)
  }

  #text(variables: VariableLookup, cookie: string): string {
    const body = this.parts.body?.render(variables) ?? ''
    const length = this.#sendsLength ? `Content-Length: ${Buffer.byteLength(body)}\r\n` : ''
    const cookies = cookie === '' ? '' : `Cookie: ${cookie}\r\n`
    return `${this.#head.render(variables)}${length}${cookies}\r\n${body}`
  }
}

function headerBlock(headers: readonly HeaderTemplate[]): Template {
  const known = blocks.get(headers)
  if (known !== undefined) return known
  const lines = headers.flatMap(([name, value]) => [Template.of(`${name}: `), value, Template.of('\r\n')])
  const block = Template.join(lines)
  blocks.set(headers, block)
  return block
}

function noVariables(): undefined {
  return undefined
}
