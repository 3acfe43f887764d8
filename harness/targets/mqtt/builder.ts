/** An MQTT target and its steps, as authors write them. */
import type * as z from 'zod'
import type { TargetRef } from '../../ports/target-plugin.ts'
import { type RequestStep, requestStep, type StepOptions } from '../step.ts'
import type { MqttClient } from './client.ts'
import type { mqttConfigSchema, mqttRequestSchema } from './schema.ts'

type Request = z.input<typeof mqttRequestSchema>

/** An MQTT target, and its steps: `mqtt({ url })`, `mqtt.publish({ topic: 'a/b', size: '1KiB', qos: 1 })`. */
export const mqtt = Object.assign(
  (config: z.input<typeof mqttConfigSchema>): TargetRef<MqttClient> => ({ plugin: 'mqtt', config }),
  {
    connect: (options?: StepOptions) => step({ connect: {} }, options),
    publish: (message: NonNullable<Request['publish']>, options?: StepOptions) =>
      step({ publish: message }, options),
    subscribe: (subscription: NonNullable<Request['subscribe']>, options?: StepOptions) =>
      step({ subscribe: subscription }, options),
    receive: (messages: NonNullable<Request['await']> = {}, options?: StepOptions) =>
      step({ await: messages }, options),
    disconnect: (options?: StepOptions) => step({ disconnect: {} }, options),
  },
)

function step(request: Request, options: StepOptions = {}): RequestStep {
  return requestStep(request, options)
}
