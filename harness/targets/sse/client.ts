import type { Answer, Perform, PerformOptions } from '../../ports/target.ts'
import { literalText } from '../event-stream/literal-text.ts'
import { nameOfRequest } from '../http/request-name.ts'
import { type SseRequest, sseRequestSchema } from './schema.ts'

/** A subscription of code, besides its path. */
export type SubscribeOptions = Omit<SseRequest, 'subscribe'> & Partial<PerformOptions>

/** The client that code journeys call, one an agent. */
export class SseClient {
  readonly #perform: Perform
  readonly #compile: (request: SseRequest, step: string) => unknown

  constructor(perform: Perform, compile: (request: SseRequest, step: string) => unknown) {
    this.#perform = perform
    this.#compile = compile
  }

  /** Subscribes; resolves when `until` is fulfilled or the stream has ended. The body is a JSON list of the events. */
  subscribe(path: string, options: SubscribeOptions): Promise<Answer> {
    const { step = nameOfRequest('SSE', path), expect, timeouts, ...request } = options
    const parsed = sseRequestSchema.parse(literalText({ subscribe: path, ...request }))
    return this.#perform(this.#compile(parsed, step), { step, expect, timeouts })
  }
}
