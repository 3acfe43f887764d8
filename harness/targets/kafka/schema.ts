/** Schemas of a Kafka target and its requests, as scenarios write them. */
import * as z from 'zod'
import { recordOf } from '../../base/record-of.ts'
import { duration } from '../../base/text-schemas.ts'
import { consumeShape } from '../consume.ts'
import { payloadShape } from '../payload.ts'
import { loginSettings } from '../server-config.ts'

const topicName = z.string().regex(/^[\w.-]{1,249}$/, 'a name of letters, digits, dots, - and _')

const consumeSchema = z.strictObject({
  topic: topicName.describe('Topic to consume; one that is missing is made, and removed after the run'),
  partitions: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('Partitions of a topic that is made. Default: one a member.'),
  group: z
    .string()
    .min(1)
    .optional()
    .describe('Group of the consumers. Default: one of the run, removed after it.'),
  from: z
    .enum(['latest', 'earliest'])
    .default('latest')
    .describe(
      'First message to consume: the next one to come, or the oldest that the group has not consumed',
    ),
  maxWait: duration
    .default('500ms')
    .describe('Time for which a broker may wait for messages before it answers that there are none'),
  sessionTimeout: duration
    .default('10s')
    .describe(
      'Time without a sign of life after which the group gives the partitions of a consumer to others',
    ),
  members: consumeShape.members,
  work: consumeShape.work.describe(
    'Time that a consumer takes for each message before it takes the next: 5ms or 5ms..20ms',
  ),
})

/** Configuration of the `kafka` target. Parsing it twice changes nothing. */
export const kafkaConfigSchema = z
  .strictObject({
    brokers: z
      .array(z.string().regex(/^[\w.-]+:\d{1,5}$/, 'host:port'))
      .min(1)
      .describe('Brokers as host:port. Those of the cluster on other hosts than these are not connected to.'),
    user: z.string().min(1).optional().describe('Name to log in with (SASL)'),
    mechanism: z
      .enum(['plain', 'scram-sha-256', 'scram-sha-512'])
      .default('plain')
      .describe('Way to log in (SASL)'),
    ...loginSettings,
    consume: consumeSchema.optional().describe('Consumers that account for what this target produces'),
  })
  .refine(
    ({ user, password }) => (user === undefined) === (password === undefined),
    'a login is a user and a password',
  )
  .describe('A Kafka cluster')
export type KafkaConfig = z.output<typeof kafkaConfigSchema>

const produceSchema = z
  .strictObject({
    topic: z.string().min(1).describe('Topic'),
    key: z
      .string()
      .optional()
      .describe('Key: messages of the same key go to the same partition. Without one they go round.'),
    value: payloadShape.payload,
    json: payloadShape.json,
    size: payloadShape.size,
    headers: recordOf(z.string()).optional().describe('Headers of the message'),
    partition: z.int().min(0).max(10_000).optional().describe('Partition to write to, whatever the key'),
    acks: z
      .union([z.literal(-1), z.literal(1), z.literal(0)])
      .default(-1)
      .describe(
        'Acknowledgement to wait for: of all replicas in sync (-1), of the leader (1), of nobody (0)',
      ),
    messages: z
      .int()
      .min(1)
      .max(10_000)
      .default(1)
      .describe('Messages to send at once, all of them the same'),
  })
  .refine(
    ({ value, json, size }) => [value, json, size].filter((part) => part !== undefined).length <= 1,
    'a message has one body: value, json or size',
  )

/** One request; strings may hold `{{variables}}`. */
export const kafkaRequestSchema = z
  .strictObject({ produce: produceSchema.describe('Writes messages to a topic') })
  .describe('Messages of a topic')
export type KafkaRequest = z.output<typeof kafkaRequestSchema>

/** Returns the host of a broker that is written as host:port. */
export function hostOf(broker: string): string {
  return broker.slice(0, broker.lastIndexOf(':'))
}
