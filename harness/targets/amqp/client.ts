import type * as z from 'zod'
import type { Answer, PerformOptions } from '../../ports/target.ts'
import type { SendRequest } from '../request-sender.ts'
import type { amqpRequestSchema } from './schema.ts'

type Request = z.input<typeof amqpRequestSchema>
type Options = Partial<PerformOptions>

/** The client that code journeys call, one an agent. Every request is recorded, and resolves whatever became of it. */
export class AmqpClient {
  readonly #send: SendRequest<Request>

  constructor(send: SendRequest<Request>) {
    this.#send = send
  }

  publish(message: NonNullable<Request['publish']>, options?: Options): Promise<Answer> {
    return this.#send({ publish: message }, options)
  }

  rpc(message: NonNullable<Request['rpc']>, options?: Options): Promise<Answer> {
    return this.#send({ rpc: message }, options)
  }

  get(queue: string, options?: Options): Promise<Answer> {
    return this.#send({ get: queue }, options)
  }
}
