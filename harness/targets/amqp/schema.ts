/** Schemas of an AMQP target and its requests, as scenarios write them. */
import * as z from 'zod'
import { recordOf } from '../../base/record-of.ts'
import { consumeShape } from '../consume.ts'
import { hasOneBody, payloadShape } from '../payload.ts'
import { encryption } from '../server-config.ts'

const queue = z.string().min(1).describe('Name of the queue')

const consumeSchema = z.strictObject({
  queue: queue.describe('Queue to consume; one that is missing is made, and removed after the run'),
  type: z.enum(['classic', 'quorum']).default('classic').describe('Kind of a queue that is made'),
  bind: z
    .strictObject({
      exchange: z.string().min(1).describe('Exchange that is there'),
      routingKey: z.string().default('').describe('Routing key of what is published to it'),
    })
    .optional()
    .describe('Exchange to which the queue is bound. Default: the one of queues, by the name of the queue.'),
  ack: z
    .boolean()
    .default(true)
    .describe('Whether consumers acknowledge, so that the broker delivers again what was not'),
  ...consumeShape,
})

/** Configuration of the `amqp` target. Parsing it twice changes nothing. */
export const amqpConfigSchema = z
  .strictObject({
    url: z
      .string()
      .regex(/^amqps?:\/\/[^\s]+$/, 'amqp://host:port/vhost')
      .describe('amqp://host:port/vhost; amqps:// for an encrypted connection'),
    user: z.string().default('guest').describe('Name to log in with'),
    password: z.string().default('guest').describe('Password of the user'),
    ...encryption,
    heartbeat: z.int().min(0).max(3600).default(30).describe('Seconds between signs of life; 0 for none'),
    consume: consumeSchema.optional().describe('Consumers that account for what this target publishes'),
  })
  .describe('An AMQP 0.9.1 broker')
export type AmqpConfig = z.output<typeof amqpConfigSchema>

const oneBody = 'a message has one body: payload, json or size'
const publishSchema = z
  .strictObject({
    exchange: z.string().default('').describe('Exchange; empty for the one of queues'),
    routingKey: z.string().describe('Routing key; the name of the queue where there is no exchange'),
    ...payloadShape,
    persistent: z.boolean().default(false).describe('The broker keeps it on disk'),
    mandatory: z.boolean().default(false).describe('The broker returns it when no queue takes it'),
    confirm: z.boolean().default(true).describe('Waits until the broker has taken it'),
    headers: recordOf(z.string()).optional().describe('Headers of the message'),
  })
  .refine(hasOneBody, oneBody)

/** One request; strings may hold `{{variables}}`. */
export const amqpRequestSchema = z
  .strictObject({
    publish: publishSchema.optional().describe('Publishes a message'),
    rpc: z
      .strictObject({ queue, ...payloadShape })
      .refine(hasOneBody, oneBody)
      .optional()
      .describe('Publishes to a queue and waits for the answer (direct reply-to)'),
    get: queue.optional().describe('Takes one message from a queue'),
  })
  .refine(
    (request) => Object.values(request).filter((part) => part !== undefined).length === 1,
    'one of publish, rpc and get',
  )
  .describe('A message')
export type AmqpRequest = z.output<typeof amqpRequestSchema>
