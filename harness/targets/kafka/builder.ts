/** A Kafka target and its steps, as authors write them. */
import type * as z from 'zod'
import type { TargetRef } from '../../ports/target-plugin.ts'
import { type RequestStep, requestStep, type StepOptions } from '../step.ts'
import type { KafkaClient } from './client.ts'
import type { kafkaConfigSchema, kafkaRequestSchema } from './schema.ts'

/** A Kafka target, and its steps: `kafka({ brokers })`, `kafka.produce({ topic: 'orders', key: '{{id}}', size: '1KiB' })`. */
export const kafka = Object.assign(
  (config: z.input<typeof kafkaConfigSchema>): TargetRef<KafkaClient> => ({ plugin: 'kafka', config }),
  {
    produce: (
      messages: z.input<typeof kafkaRequestSchema>['produce'],
      options: StepOptions = {},
    ): RequestStep => requestStep({ produce: messages }, options),
  },
)
