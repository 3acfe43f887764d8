/** Schemas of a NATS target and its requests, as scenarios write them. */
import * as z from 'zod'
import { recordOf } from '../../base/record-of.ts'
import { duration } from '../../base/text-schemas.ts'
import { consumeShape } from '../consume.ts'
import { hasOneBody, payloadShape } from '../payload.ts'
import { encryption } from '../server-config.ts'

const subject = z
  .string()
  .regex(/^[^\s*>]+$/, 'a subject to publish to: words with dots between them, no * and no >')
  .describe('Subject; words with dots between them')
const filter = z.string().regex(/^\S+$/, 'a subject without spaces')
const streamName = z.string().regex(/^[\w-]+$/, 'a name of letters, digits, - and _')
const headers = recordOf(z.string()).optional().describe('Headers of the message')

const streamSchema = z.strictObject({
  name: streamName.describe('Name of the stream'),
  subjects: z.array(filter).min(1).describe('Subjects that it takes; * stands for a word, > for the rest'),
  storage: z.enum(['file', 'memory']).default('file').describe('Where the server keeps its messages'),
})

const consumeSchema = z
  .strictObject({
    subject: filter.describe('Subject to consume; * stands for a word, > for the rest'),
    queue: z
      .string()
      .min(1)
      .optional()
      .describe('Queue group: each message goes to one member. Without it every member gets every message.'),
    stream: streamName
      .optional()
      .describe('JetStream stream to consume from, acknowledging each message: it goes to one member'),
    ackWait: duration
      .default('5s')
      .describe('Time after which JetStream delivers again what was not acknowledged'),
    ...consumeShape,
  })
  .refine(({ queue, stream }) => queue === undefined || stream === undefined, 'a queue or a stream, not both')

/** Configuration of the `nats` target. Parsing it twice changes nothing. */
export const natsConfigSchema = z
  .strictObject({
    url: z
      .string()
      .regex(/^(nats|tls):\/\/[^\s/]+\/?$/, 'nats://host:port')
      .describe('nats://host:port; tls:// for an encrypted connection'),
    user: z.string().optional().describe('Name to log in with'),
    password: z.string().optional().describe('Password of the user'),
    token: z.string().optional().describe('Token to log in with'),
    ...encryption,
    streams: z
      .array(streamSchema)
      .default([])
      .describe(
        'JetStream streams that the run needs; those that are missing are made, and removed after it',
      ),
    buckets: z
      .array(streamName)
      .default([])
      .describe(
        'Key-value buckets that the run needs; those that are missing are made, and removed after it',
      ),
    consume: consumeSchema.optional().describe('Consumers that account for what this target publishes'),
  })
  .describe('A NATS server')
export type NatsConfig = z.output<typeof natsConfigSchema>

const oneBody = 'a message has one body: payload, json or size'
const message = z.strictObject({ subject, ...payloadShape, headers })
const publishSchema = z
  .strictObject({
    ...message.shape,
    flush: z
      .boolean()
      .default(false)
      .describe('Waits until the server has read it (PING, PONG); otherwise nobody acknowledges it'),
  })
  .refine(hasOneBody, oneBody)
const requestSchema = message.refine(hasOneBody, oneBody)
const bucket = streamName.describe('Bucket of the key')
const key = z.string().min(1).describe('Key')
const putSchema = z.strictObject({ bucket, key, ...payloadShape }).refine(hasOneBody, oneBody)

/** One request; strings may hold `{{variables}}`. */
export const natsRequestSchema = z
  .strictObject({
    publish: publishSchema.optional().describe('Publishes a message'),
    request: requestSchema.optional().describe('Publishes a message and waits for its answer'),
    jetstream: z
      .strictObject({ publish: message.refine(hasOneBody, oneBody) })
      .optional()
      .describe('Publishes a message and waits until a stream has stored it'),
    kv: z
      .strictObject({
        put: putSchema.optional().describe('Writes a value'),
        get: z.strictObject({ bucket, key }).optional().describe('Reads a value'),
      })
      .refine(({ put, get }) => (put === undefined) !== (get === undefined), 'one of put and get')
      .optional()
      .describe('Reads or writes a key'),
  })
  .refine(
    (request) => Object.values(request).filter((part) => part !== undefined).length === 1,
    'one of publish, request, jetstream and kv',
  )
  .describe('A message, or a key')
export type NatsRequest = z.output<typeof natsRequestSchema>
