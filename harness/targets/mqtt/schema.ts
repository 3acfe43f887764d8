/** Schemas of an MQTT target and its requests, as scenarios write them. */
import * as z from 'zod'
import { recordOf } from '../../base/record-of.ts'
import { consumeShape } from '../consume.ts'
import { hasOneBody, payloadShape } from '../payload.ts'
import { encryption } from '../server-config.ts'

const topic = z.string().regex(/^[^+#\0]+$/, 'a topic to publish to, without + and #')
const filter = z.string().min(1, 'a topic, + for a level, # for the rest')
const qos = z
  .union([z.literal(0), z.literal(1), z.literal(2)])
  .describe('0 at most once, 1 at least once, 2 exactly once')

const consumeSchema = z.strictObject({
  topic: filter.describe('Topic to consume; + stands for a level, # for the rest'),
  share: z
    .string()
    .regex(/^[^/+#]+$/, 'the name of a group without /, + and #')
    .optional()
    .describe(
      'Shared subscription: each message goes to one member. Without it every member gets every message.',
    ),
  qos: qos.default(1).describe('Highest quality of service of deliveries: 0, 1 or 2'),
  persistent: z.boolean().default(false).describe('The broker keeps messages for a member that is away'),
  ...consumeShape,
})

/** Configuration of the `mqtt` target. Parsing it twice changes nothing. */
export const mqttConfigSchema = z
  .strictObject({
    url: z
      .string()
      .regex(/^mqtts?:\/\/[^\s/]+\/?$/, 'mqtt://host:port')
      .describe('mqtt://host:port; mqtts:// for an encrypted connection'),
    version: z
      .union([z.literal(4), z.literal(5)])
      .default(5)
      .describe('5 is MQTT 5, 4 is MQTT 3.1.1'),
    user: z.string().optional().describe('Name to log in with'),
    password: z.string().optional().describe('Password of the user'),
    ...encryption,
    clientId: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Beginning of the client ids; the number of the client follows. Default: made of run and target.',
      ),
    keepAlive: z.int().min(0).max(65_535).default(60).describe('Seconds between signs of life; 0 for none'),
    inbox: z
      .int()
      .min(1)
      .default(256)
      .describe('Messages that an agent keeps for its `await` steps; the oldest goes'),
    consume: consumeSchema.optional().describe('Consumers that account for what this target publishes'),
  })
  .describe('An MQTT broker')
export type MqttConfig = z.output<typeof mqttConfigSchema>

const publishSchema = z
  .strictObject({
    topic: topic.describe('Topic'),
    ...payloadShape,
    qos: qos.default(0),
    retain: z.boolean().default(false).describe('The broker keeps it for those who subscribe later'),
    properties: recordOf(z.string()).optional().describe('User properties (MQTT 5)'),
  })
  .refine(hasOneBody, 'a message has one body: payload, json or size')

/** One request; strings may hold `{{variables}}`. */
export const mqttRequestSchema = z
  .strictObject({
    connect: z.strictObject({}).optional().describe('Connects the agent, unless it is connected'),
    publish: publishSchema.optional().describe('Publishes a message'),
    subscribe: z
      .strictObject({
        topic: filter.describe('Topic; + stands for a level, # for the rest'),
        qos: qos.default(0),
      })
      .optional()
      .describe('Subscribes the agent'),
    await: z
      .strictObject({
        topic: filter.default('#').describe('Topic of the messages to wait for'),
        count: z.int().min(1).default(1).describe('Messages to wait for'),
      })
      .optional()
      .describe('Waits for messages of the subscriptions of the agent'),
    disconnect: z.strictObject({}).optional().describe('Disconnects the agent'),
  })
  .refine(
    (request) => Object.values(request).filter((part) => part !== undefined).length === 1,
    'one of connect, publish, subscribe, await and disconnect',
  )
  .describe('A message, or a part of a session')
export type MqttRequest = z.output<typeof mqttRequestSchema>
