import type * as z from 'zod'
import type { Answer, PerformOptions } from '../../ports/target.ts'
import type { SendRequest } from '../request-sender.ts'
import type { mqttRequestSchema } from './schema.ts'

type Request = z.input<typeof mqttRequestSchema>
type Options = Partial<PerformOptions>

/** The client that code journeys call, one an agent. Every request is recorded, and resolves whatever became of it. */
export class MqttClient {
  readonly #send: SendRequest<Request>

  constructor(send: SendRequest<Request>) {
    this.#send = send
  }

  connect(options?: Options): Promise<Answer> {
    return this.#send({ connect: {} }, options)
  }

  publish(message: NonNullable<Request['publish']>, options?: Options): Promise<Answer> {
    return this.#send({ publish: message }, options)
  }

  subscribe(subscription: NonNullable<Request['subscribe']>, options?: Options): Promise<Answer> {
    return this.#send({ subscribe: subscription }, options)
  }

  /** Waits for messages; the body of the answer is the last of them. */
  receive(messages: NonNullable<Request['await']> = {}, options?: Options): Promise<Answer> {
    return this.#send({ await: messages }, options)
  }

  disconnect(options?: Options): Promise<Answer> {
    return this.#send({ disconnect: {} }, options)
  }
}
