/** An AMQP target and its steps, as authors write them. */
import type * as z from 'zod'
import type { TargetRef } from '../../ports/target-plugin.ts'
import { type RequestStep, requestStep, type StepOptions } from '../step.ts'
import type { AmqpClient } from './client.ts'
import type { amqpConfigSchema, amqpRequestSchema } from './schema.ts'

type Request = z.input<typeof amqpRequestSchema>

/** An AMQP target, and its steps: `amqp({ url })`, `amqp.publish({ routingKey: 'orders', size: '1KiB' })`. */
export const amqp = Object.assign(
  (config: z.input<typeof amqpConfigSchema>): TargetRef<AmqpClient> => ({ plugin: 'amqp', config }),
  {
    publish: (message: NonNullable<Request['publish']>, options?: StepOptions) =>
      step({ publish: message }, options),
    rpc: (message: NonNullable<Request['rpc']>, options?: StepOptions) => step({ rpc: message }, options),
    get: (queue: string, options?: StepOptions) => step({ get: queue }, options),
  },
)

function step(request: Request, options: StepOptions = {}): RequestStep {
  return requestStep(request, options)
}
