import type * as z from 'zod'
import type { Answer, PerformOptions } from '../../ports/target.ts'
import type { SendRequest } from '../request-sender.ts'
import type { natsRequestSchema } from './schema.ts'

type Request = z.input<typeof natsRequestSchema>
type Kv = NonNullable<Request['kv']>
type Options = Partial<PerformOptions>

/** The client that code journeys call, one an agent. Every request is recorded, and resolves whatever became of it. */
export class NatsClient {
  readonly #send: SendRequest<Request>

  constructor(send: SendRequest<Request>) {
    this.#send = send
  }

  publish(message: NonNullable<Request['publish']>, options?: Options): Promise<Answer> {
    return this.#send({ publish: message }, options)
  }

  request(message: NonNullable<Request['request']>, options?: Options): Promise<Answer> {
    return this.#send({ request: message }, options)
  }

  jetstream(message: NonNullable<Request['jetstream']>['publish'], options?: Options): Promise<Answer> {
    return this.#send({ jetstream: { publish: message } }, options)
  }

  put(value: NonNullable<Kv['put']>, options?: Options): Promise<Answer> {
    return this.#send({ kv: { put: value } }, options)
  }

  get(key: NonNullable<Kv['get']>, options?: Options): Promise<Answer> {
    return this.#send({ kv: { get: key } }, options)
  }
}
