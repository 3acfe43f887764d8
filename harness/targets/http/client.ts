import type { Timeouts } from '../../model/plan.ts'
import type { Answer, Perform } from '../../ports/target.ts'
import type { CodeRequest } from './request.ts'
import { nameOfRequest } from './request-name.ts'

/** What code may say about one request. */
export interface HttpRequestOptions {
  /** Body as JSON. */
  readonly json?: unknown
  /** Body as it is. */
  readonly body?: string
  /** Body as a submitted form. */
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** Name under which it is recorded; method and path, ids collapsed, unless said. */
  readonly step?: string
  /** What a good answer is, as in a step: `{ status: 200 }`. */
  readonly expect?: Readonly<Record<string, unknown>>
  readonly timeouts?: Partial<Timeouts>
}

type Send = (path: string, options?: HttpRequestOptions) => Promise<Answer>

/** What code journeys call. Every request is recorded, and resolves whatever became of it. */
export interface HttpClient {
  readonly get: Send
  readonly head: Send
  readonly options: Send
  readonly post: Send
  readonly put: Send
  readonly patch: Send
  readonly delete: Send
  readonly request: (method: string, path: string, options?: HttpRequestOptions) => Promise<Answer>
}

/** What the driver sends for a request of code. */
export type PrepareRequest = (method: string, path: string, content: CodeRequest) => unknown

/** The client of one agent. */
export function createHttpClient(perform: Perform, prepare: PrepareRequest): HttpClient {
  const request: HttpClient['request'] = (method, path, options = {}) => {
    const { step = nameOfRequest(method, path), expect, timeouts } = options
    return perform(prepare(method.toUpperCase(), path, options), { step, expect, timeouts })
  }
  const send =
    (method: string): Send =>
    (path, options) =>
      request(method, path, options)
  return {
    get: send('GET'),
    head: send('HEAD'),
    options: send('OPTIONS'),
    post: send('POST'),
    put: send('PUT'),
    patch: send('PATCH'),
    delete: send('DELETE'),
    request,
  }
}
