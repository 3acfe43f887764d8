import type * as z from 'zod'
import type { Answer, PerformOptions } from '../../ports/target.ts'
import type { SendRequest } from '../request-sender.ts'
import type { kafkaRequestSchema } from './schema.ts'

type Request = z.input<typeof kafkaRequestSchema>

/** The client that code journeys call, one an agent. Every request is recorded, and resolves whatever became of it. */
export class KafkaClient {
  readonly #send: SendRequest<Request>

  constructor(send: SendRequest<Request>) {
    this.#send = send
  }

  produce(messages: Request['produce'], options?: Partial<PerformOptions>): Promise<Answer> {
    return this.#send({ produce: messages }, options)
  }
}
