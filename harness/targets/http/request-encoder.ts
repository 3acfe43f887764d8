/**
 * Requests as bytes. What does not change is formatted once: a static request is one Buffer, a templated one a list of
 * parts that are joined per request. `Host`, `Content-Length` and `User-Agent` are set here and nowhere else.
 */
import { HarnessError } from '../../base/errors.ts'
import type { VariableLookup } from '../../ports/target.ts'

/** A request as steps and code write it. */
export interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly json?: unknown
  readonly body?: string | undefined
  readonly form?: Readonly<Record<string, string>> | undefined
}

/** A request ready to be sent; `bytes` is null when it holds variables or cookies may be added. */
export interface EncodedRequest {
  readonly method: string
  readonly path: Template
  /** Header lines without Host, Content-Length and Cookie. */
  readonly head: Template
  readonly body: Template
  readonly bytes: Buffer | null
  readonly idempotent: boolean
  /** Whether the author asked for a coded body. */
  readonly isHead: boolean
}

/** Text with variables: literal parts at even places, names at odd ones. */
export type Template = readonly string[]

/** What all requests of a target share. */
export interface EncoderSettings {
  readonly host: string
  readonly headers: Readonly<Record<string, string>>
}

const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'])
const SET_BY_US = new Set(['host', 'content-length', 'transfer-encoding', 'connection'])

/** @throws HarnessError SCENARIO_INVALID for a header or path that would break the request. */
export function encodeRequest(request: HttpRequest, settings: EncoderSettings): EncodedRequest {
  const { text, type } = bodyOf(request)
  const headers: Record<string, string> = { 'User-Agent': 'proofload', Accept: '*/*' }
  if (type !== null) headers['Content-Type'] = type
  for (const [name, value] of Object.entries({ ...settings.headers, ...request.headers }))
    setHeader(headers, name, value)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  if (/[\s]/.test(request.path.replace(/\{\{[^}]*\}\}/g, ''))) {
    throw new HarnessError('SCENARIO_INVALID', `the path '${request.path}' holds white space`, {
      hint: 'Percent-encode it (%20).',
    })
  }
  const encoded = {
    method: request.method.toUpperCase(),
    path: parseTemplate(request.path.startsWith('/') ? request.path : `/${request.path}`),
    head: parseTemplate(lines.join('')),
    body: parseTemplate(text),
    idempotent: IDEMPOTENT.has(request.method.toUpperCase()),
    isHead: request.method.toUpperCase() === 'HEAD',
  }
  const isStatic = encoded.path.length === 1 && encoded.head.length === 1 && encoded.body.length === 1
  return { ...encoded, bytes: isStatic ? renderRequest(encoded, settings.host, '', () => undefined) : null }
}

/** The bytes of one request; variables of the path are percent-encoded, unknown ones stay as written. */
export function renderRequest(
  request: Pick<EncodedRequest, 'method' | 'path' | 'head' | 'body'>,
  host: string,
  cookie: string,
  lookup: VariableLookup,
): Buffer {
  const path = renderTemplate(request.path, lookup, encodeURIComponent)
  const head = renderTemplate(request.head, lookup, withoutLineBreaks)
  const body = renderTemplate(request.body, lookup, (value) => value)
  const bodyBytes = Buffer.byteLength(body)
  const needsLength =
    bodyBytes > 0 || request.method === 'POST' || request.method === 'PUT' || request.method === 'PATCH'
  const length = needsLength ? `Content-Length: ${bodyBytes}\r\n` : ''
  const cookies = cookie === '' ? '' : `Cookie: ${cookie}\r\n`
  return Buffer.from(
    `${request.method} ${path} HTTP/1.1\r\nHost: ${host}\r\n${head}${cookies}${length}\r\n${body}`,
    'utf8',
  )
}

/** Splits `a{{name}}b` into `['a', 'name', 'b']`. */
export function parseTemplate(text: string): Template {
  return text.split(/\{\{\s*([\w.-]+)\s*\}\}/)
}

/** Puts values in; `encode` makes a value safe for its place. */
export function renderTemplate(
  template: Template,
  lookup: VariableLookup,
  encode: (value: string) => string,
): string {
  let text = template[0] ?? ''
  for (let i = 1; i < template.length; i += 2) {
    const name = template[i] as string
    const value = lookup(name)
    text += (value === undefined ? `{{${name}}}` : encode(value)) + (template[i + 1] as string)
  }
  return text
}

function bodyOf({ json, body, form }: HttpRequest): { text: string; type: string | null } {
  if (json !== undefined) return { text: JSON.stringify(json), type: 'application/json' }
  if (form !== undefined) {
    const pairs = Object.entries(form).map(
      ([name, value]) => `${encodeURIComponent(name)}=${encodeFormValue(value)}`,
    )
    return { text: pairs.join('&'), type: 'application/x-www-form-urlencoded' }
  }
  return { text: body ?? '', type: body === undefined ? null : 'text/plain; charset=utf-8' }
}

/** Encodes a value but leaves its variables to be found. */
function encodeFormValue(value: string): string {
  return parseTemplate(value)
    .map((part, i) => (i % 2 === 0 ? encodeURIComponent(part) : `{{${part}}}`))
    .join('')
}

function setHeader(headers: Record<string, string>, name: string, value: string): void {
  if (SET_BY_US.has(name.toLowerCase())) return
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /[\r\n]/.test(value)) {
    throw new HarnessError('SCENARIO_INVALID', `the header '${name}' cannot be sent`, {
      hint: 'Names are tokens, values hold no line breaks.',
    })
  }
  for (const known of Object.keys(headers))
    if (known.toLowerCase() === name.toLowerCase()) delete headers[known]
  headers[name] = value
}

function withoutLineBreaks(value: string): string {
  return value.replace(/[\r\n]+/g, ' ')
}
