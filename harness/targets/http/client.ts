import type { Timeouts } from '../../model/plan.ts'
import type { Answer, Perform } from '../../ports/target.ts'
import type { EncodedRequest, HttpRequest } from './request-encoder.ts'

/** What code may say about one request. */
export interface HttpRequestOptions {
  /** Sent as JSON. */
  readonly json?: unknown
  readonly body?: string
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** Name under which it is recorded; method and path with ids taken out unless said. */
  readonly step?: string
  /** What a good answer is, as in a step: `{ status: 200 }`. */
  readonly expect?: Readonly<Record<string, unknown>>
  readonly timeouts?: Partial<Timeouts>
}

type Send = (path: string, options?: HttpRequestOptions) => Promise<Answer>

/** What code journeys call; every request is recorded, and resolves whatever became of it. */
export interface HttpClient {
  readonly get: Send
  readonly head: Send
  readonly options: Send
  readonly post: Send
  readonly put: Send
  readonly patch: Send
  readonly delete: Send
  request(method: string, path: string, options?: HttpRequestOptions): Promise<Answer>
}

/** The client of one agent. */
export function createHttpClient(
  perform: Perform,
  encode: (request: HttpRequest) => EncodedRequest,
): HttpClient {
  const request: HttpClient['request'] = (method, path, options = {}) => {
    const { json, body, form, headers, step, expect, timeouts } = options
    return perform(encode({ method, path, json, body, form, headers }), {
      step: step ?? stepNameOf(method, path),
      expect,
      timeouts,
    })
  }
  const bound =
    (method: string): Send =>
    (path, options) =>
      request(method, path, options)
  return {
    get: bound('GET'),
    head: bound('HEAD'),
    options: bound('OPTIONS'),
    post: bound('POST'),
    put: bound('PUT'),
    patch: bound('PATCH'),
    delete: bound('DELETE'),
    request,
  }
}

/** `GET /items/42?q=1` -> `GET /items/:id`: names that do not grow with the data. */
export function stepNameOf(method: string, path: string): string {
  const segments = (path.split('?')[0] ?? path).split('/')
  return `${method} ${segments.map((segment) => (isIdentifier(segment) ? ':id' : segment)).join('/')}`
}

function isIdentifier(segment: string): boolean {
  return (
    /^\d+$/.test(segment) || /^[0-9a-f]{8,}(-[0-9a-f]{4,}){0,4}$/i.test(segment) || /\{\{.*\}\}/.test(segment)
  )
}
