/** A request of either version of HTTP: its parts as templates, with the target's own headers and defaults filled in. */
import { HarnessError } from '../../base/errors.ts'
import { type MakeTemplate, Template } from '../../base/template.ts'
import type { StepAuth } from './auth-schema.ts'
import { type Authorization, headerOf } from './authorization.ts'
import { pathOfLocation } from './location.ts'
import type { Hop } from './redirect.ts'
import {
  bodyOf,
  type CodeRequest,
  type Fields,
  fieldsTemplate,
  isConstantBody,
  type RequestBody,
} from './request-body.ts'
import { type HttpRequest, OURS, TOKEN } from './schema.ts'
import type { Sign } from './sigv4.ts'
import { CORRELATION_ID } from './traceparent.ts'
import { asOneLine, encodeIllegal, percentEncode } from './url-encoding.ts'

/** A header and its value. */
export type HeaderTemplate = readonly [name: string, value: Template]

/** Headers of a request, put together once however many requests share them. */
export class RequestHeaders {
  readonly entries: readonly HeaderTemplate[]
  /** As HTTP/1.1 writes them. */
  readonly lines: Template
  /** The author's own cookies, which the jar adds to; null for none. It is not among the entries. */
  readonly cookie: Template | null
  readonly #byName: ReadonlyMap<string, HeaderTemplate>

  /** One header of a name: the last, in the place of the first. */
  constructor(headers: readonly HeaderTemplate[]) {
    const byName = new Map<string, HeaderTemplate>()
    for (const header of headers) byName.set(header[0].toLowerCase(), header)
    this.cookie = byName.get('cookie')?.[1] ?? null
    byName.delete('cookie')
    this.entries = [...byName.values()]
    this.lines = Template.join(
      this.entries.flatMap(([name, value]) => [Template.of(`${name}: `), value, Template.of('\r\n')]),
    )
    this.#byName = byName
  }

  /** All of them, for headers made from these. */
  get all(): readonly HeaderTemplate[] {
    return this.cookie === null ? this.entries : [...this.entries, ['Cookie', this.cookie]]
  }

  /** @param name in small letters */
  has(name: string): boolean {
    return this.#byName.has(name)
  }
}

export interface RequestParts {
  readonly method: string
  readonly path: Template
  readonly headers: RequestHeaders
  readonly body: RequestBody | null
  readonly followRedirects: number
  /** Value of the Host header that is signed. */
  readonly authority: string
  /** Null: it is not signed. */
  readonly sign: Sign | null
}

/** The parts that requests of a target have in common. */
export interface RequestDefaults {
  /** Stands before every path. */
  readonly basePath: string
  /** Value of the Host header. */
  readonly authority: string
  /** `http://host:port`, the only one that an absolute location may name. */
  readonly origin: string
  readonly headers: Readonly<Record<string, string>>
  readonly followRedirects: number
  /** Absent: nobody says who sends them. */
  readonly authorization?: Authorization | null
}

const AUTHORIZATION = 'Authorization'
const WITH_BODY = new Set(['POST', 'PUT', 'PATCH'])
const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])

/** Returns true for a method that may be sent twice, so that a connection lost in between need not be a failure. */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method)
}

/** Returns true when the request states the length of its body, even of none. */
export function sendsLength({ method, body }: RequestParts): boolean {
  return body !== null || WITH_BODY.has(method)
}

/** Tells whether nothing in a request ever changes, but for the cookies of a jar. */
export function isConstant({ path, headers, body, sign }: RequestParts): boolean {
  return (
    sign === null &&
    path.constant !== null &&
    headers.lines.constant !== null &&
    headers.cookie?.constant !== null &&
    isConstantBody(body)
  )
}

/** Makes the requests of one target. */
export class RequestFactory {
  readonly #defaults: RequestDefaults
  readonly #headers: RequestHeaders
  readonly #headersByType = new Map<string, RequestHeaders>()

  /** @param correlationId sent with every request that states none; null for none */
  constructor(defaults: RequestDefaults, correlationId: string | null = null) {
    const { authority, headers, authorization } = defaults
    const proof = authorization?.header ?? null
    this.#defaults = defaults
    this.#headers = new RequestHeaders([
      ['Host', Template.of(authority)],
      ['User-Agent', Template.of('proofload')],
      ...(correlationId === null ? [] : [[CORRELATION_ID, Template.of(asOneLine(correlationId))] as const]),
      ...headerTemplates(headers, Template.parse),
      ...(proof === null ? [] : [[AUTHORIZATION, proof] as const]),
    ])
  }

  /** A request of a declarative step, parsed by the schema. */
  fromStep(request: HttpRequest): RequestParts {
    const { method, path, followRedirects = this.#defaults.followRedirects } = request
    const { body, type } = bodyOf(request, Template.parse, Template.parseJson)
    const headers = this.#headersOf(request, type, Template.parse)
    const whole = withQuery(this.#pathOf(path), path, request.query, Template.parse)
    return { method, path: whole, headers, body, followRedirects, ...this.#proofOf(request) }
  }

  /** A request of a code journey; its types have checked it. @throws HarnessError SCENARIO_INVALID */
  fromCode(method: string, path: string, request: CodeRequest): RequestParts {
    if (!path.startsWith('/'))
      throw new HarnessError('SCENARIO_INVALID', `the path ${JSON.stringify(path)} does not begin with /`, {
        hint: "Write it as the target sees it, for example target.get('/items').",
      })
    requireToken(method, 'method')
    for (const name of Object.keys(request.headers ?? {})) {
      requireToken(name, 'header name')
      if (OURS.includes(name.toLowerCase()))
        throw new HarnessError('SCENARIO_INVALID', `the header ${name} is set from the body`, {
          hint: 'Leave it out.',
        })
    }
    const { basePath, followRedirects } = this.#defaults
    const stated = Template.ofCode(basePath + withoutFragment(path), percentEncode, encodeIllegal)
    const whole = withQuery(stated, path, request.query, Template.ofCode)
    const { body, type } = bodyOf(request, Template.ofCode)
    const headers = this.#headersOf(request, type, Template.ofCode)
    return { method, path: whole, headers, body, followRedirects, ...this.#proofOf(request) }
  }

  /** A path that begins with a variable (an extracted `location`) is taken as a whole; elsewhere values are escaped. */
  #pathOf(path: string): Template {
    const { basePath, origin } = this.#defaults
    const sent = withoutFragment(path)
    const end = sent.startsWith('{{') ? sent.indexOf('}}') + 2 : 0
    return Template.join([
      end > 0
        ? Template.parse(sent.slice(0, end), (location) => pathOfLocation(location, origin))
        : Template.of(basePath),
      Template.parse(sent.slice(end), percentEncode, encodeIllegal),
    ])
  }

  #headersOf(request: CodeRequest, type: string | null, make: MakeTemplate): RequestHeaders {
    if (request.headers === undefined && request.auth === undefined) {
      if (type === null) return this.#headers
      return this.#ofType(type)
    }
    const own = headerTemplates(request.headers ?? {}, make)
    return new RequestHeaders([...withAuth(this.#entriesWith(type), request.auth, make), ...own])
  }

  #proofOf({ auth }: CodeRequest): Pick<RequestParts, 'authority' | 'sign'> {
    const { authority, authorization } = this.#defaults
    return { authority, sign: auth === undefined ? (authorization?.sign ?? null) : null }
  }

  /** The target's own headers and the type of a body; made once a type. */
  #ofType(type: string): RequestHeaders {
    const known = this.#headersByType.get(type)
    if (known !== undefined) return known
    const made = new RequestHeaders(this.#entriesWith(type))
    this.#headersByType.set(type, made)
    return made
  }

  #entriesWith(type: string | null): readonly HeaderTemplate[] {
    return type === null ? this.#headers.all : [...this.#headers.all, ['Content-Type', Template.of(type)]]
  }
}

/** The request that a redirect asks for. */
export function redirected(parts: RequestParts, { method, path, keepsBody }: Hop): RequestParts {
  const moved = { ...parts, method, path: Template.of(path) }
  if (keepsBody) return moved
  return {
    ...moved,
    body: null,
    headers: new RequestHeaders(
      parts.headers.all.filter(([name]) => !name.toLowerCase().startsWith('content-')),
    ),
  }
}

/** @throws HarnessError SCENARIO_INVALID for a text that would end the line or the word it stands in */
function requireToken(text: string, what: string): void {
  if (TOKEN.test(text)) return
  throw new HarnessError('SCENARIO_INVALID', `${JSON.stringify(text)} is no ${what}`, {
    hint: "It holds only letters, digits and !#$%&'*+.^_`|~-",
  })
}

function headerTemplates(headers: Readonly<Record<string, string>>, make: MakeTemplate): HeaderTemplate[] {
  return Object.entries(headers).map(([name, value]) => [name, make(value, asOneLine, asOneLine)])
}

/** Puts what a request says of its sender in the place of what its target says. */
function withAuth(
  headers: readonly HeaderTemplate[],
  auth: StepAuth | undefined,
  make: MakeTemplate,
): readonly HeaderTemplate[] {
  if (auth === undefined) return headers
  const proof = auth === 'none' ? null : headerOf(auth, make)
  const others = headers.filter(([name]) => name.toLowerCase() !== AUTHORIZATION.toLowerCase())
  return proof === null ? others : [...others, [AUTHORIZATION, proof]]
}

/** Adds fields to the query of a path. */
function withQuery(path: Template, written: string, query: Fields | undefined, make: MakeTemplate): Template {
  if (query === undefined || Object.keys(query).length === 0) return path
  const mark = withoutFragment(written).includes('?') ? '&' : '?'
  return Template.join([path, Template.of(mark), fieldsTemplate(query, make, encodeURIComponent)])
}

/** A fragment is for whoever shows the answer, and is never sent; a `#` in the name of a variable begins none. */
function withoutFragment(path: string): string {
  const at = path.search(/#(?![^{]*\}\})/)
  return at === -1 ? path : path.slice(0, at)
}
