/** A NATS target and its steps, as authors write them. */
import type * as z from 'zod'
import type { TargetRef } from '../../ports/target-plugin.ts'
import { type RequestStep, requestStep, type StepOptions } from '../step.ts'
import type { NatsClient } from './client.ts'
import type { natsConfigSchema, natsRequestSchema } from './schema.ts'

type Request = z.input<typeof natsRequestSchema>
type Kv = NonNullable<Request['kv']>

/** A NATS target, and its steps: `nats({ url })`, `nats.publish({ subject: 'orders.new', size: '1KiB' })`. */
export const nats = Object.assign(
  (config: z.input<typeof natsConfigSchema>): TargetRef<NatsClient> => ({ plugin: 'nats', config }),
  {
    publish: (message: NonNullable<Request['publish']>, options?: StepOptions) =>
      step({ publish: message }, options),
    request: (message: NonNullable<Request['request']>, options?: StepOptions) =>
      step({ request: message }, options),
    jetstream: (message: NonNullable<Request['jetstream']>['publish'], options?: StepOptions) =>
      step({ jetstream: { publish: message } }, options),
    put: (value: NonNullable<Kv['put']>, options?: StepOptions) => step({ kv: { put: value } }, options),
    get: (key: NonNullable<Kv['get']>, options?: StepOptions) => step({ kv: { get: key } }, options),
  },
)

function step(request: Request, options: StepOptions = {}): RequestStep {
  return requestStep(request, options)
}
