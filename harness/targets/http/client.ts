import type { Timeouts } from '../../model/plan.ts'
import type { Answer, Perform } from '../../ports/target.ts'
import type { StepAuth } from './auth-schema.ts'
import type { Parts } from './multipart-body.ts'
import type { CodeRequest, Fields } from './request-body.ts'
import { nameOfRequest } from './request-name.ts'

/** The options of one request of code. */
export interface HttpRequestOptions {
  /** Body as JSON. */
  readonly json?: unknown
  /** Body as it is: text, or bytes. */
  readonly body?: string | Uint8Array
  /** Body as a submitted form. */
  readonly form?: Fields
  /** Fields that are added to the query of the path. */
  readonly query?: Fields
  /** Body of several parts: text, bytes, or bytes with a name and a type. */
  readonly multipart?: Parts
  readonly headers?: Readonly<Record<string, string>>
  /** The sender, in the place of the target's: `{ basic: { user, password } }`, `{ bearer }` or `'none'`. */
  readonly auth?: StepAuth
  /** Name under which it is recorded. Default: method and path, ids collapsed. */
  readonly step?: string
  /** The good answer, as in a step: `{ status: 200 }`. */
  readonly expect?: Readonly<Record<string, unknown>>
  readonly timeouts?: Partial<Timeouts>
}

/** Makes what the driver sends for a request of code. */
export type PrepareRequest = (method: string, path: string, content: CodeRequest) => unknown

/** The client that code journeys call, one an agent. Every request is recorded, and resolves whatever became of it. */
export class HttpClient {
  readonly #perform: Perform
  readonly #prepare: PrepareRequest

  constructor(perform: Perform, prepare: PrepareRequest) {
    this.#perform = perform
    this.#prepare = prepare
  }

  get(path: string, options?: HttpRequestOptions): Promise<Answer> {
    return this.#send('GET', path, options)
  }

  head(path: string, options?: HttpRequestOptions): Promise<Answer> {
    return this.#send('HEAD', path, options)
  }

  options(path: string, options?: HttpRequestOptions): Promise<Answer> {
    return this.#send('OPTIONS', path, options)
  }

  post(path: string, options?: HttpRequestOptions): Promise<Answer> {
    return this.#send('POST', path, options)
  }

  put(path: string, options?: HttpRequestOptions): Promise<Answer> {
    return this.#send('PUT', path, options)
  }

  patch(path: string, options?: HttpRequestOptions): Promise<Answer> {
    return this.#send('PATCH', path, options)
  }

  delete(path: string, options?: HttpRequestOptions): Promise<Answer> {
    return this.#send('DELETE', path, options)
  }

  /** Any other method. */
  request(method: string, path: string, options?: HttpRequestOptions): Promise<Answer> {
    return this.#send(method.toUpperCase(), path, options)
  }

  #send(method: string, path: string, options: HttpRequestOptions = {}): Promise<Answer> {
    const { step = nameOfRequest(method, path), expect, timeouts } = options
    return this.#perform(this.#prepare(method, path, options), { step, expect, timeouts })
  }
}
