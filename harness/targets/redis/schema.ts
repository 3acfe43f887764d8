/** Schemas of a Redis target and its requests, as scenarios write them. */
import * as z from 'zod'
import { consumeShape } from '../consume.ts'
import { hasOneBody, payloadShape } from '../payload.ts'
import { serverSettings } from '../server-config.ts'

export const REDIS_PORT = 6379

/** Commands after which a connection is not what it was: the next request over it would not be the one that was meant. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ...['SUBSCRIBE', 'PSUBSCRIBE', 'SSUBSCRIBE', 'MONITOR', 'SYNC', 'PSYNC'].map(
    (name) => [name, 'it turns the connection into a stream of messages'] as const,
  ),
  ...['MULTI', 'EXEC', 'DISCARD', 'WATCH', 'UNWATCH'].map(
    (name) => [name, 'write { multi: [...] }, which is one request'] as const,
  ),
  ...['AUTH', 'HELLO', 'SELECT'].map((name) => [name, 'user and database are in the url'] as const),
  ...['QUIT', 'RESET'].map((name) => [name, 'it ends the connection that others use too'] as const),
])

const oneBody = 'a message has one body: payload, json or size'
const argument = z.union([z.string(), z.number()])
const command = z
  .tuple([z.string().min(1, 'the name of a command')], argument)
  .superRefine(([name], context) => {
    const why = REFUSED.get(name.toUpperCase())
    if (why !== undefined) context.addIssue({ code: 'custom', message: `${name} is not taken: ${why}` })
  })
const commands = z.array(command).min(1, 'at least one command')

const place = z.string().min(1)
const consumeSchema = z
  .strictObject({
    channel: place.optional().describe('Channel to subscribe to: every member gets every message'),
    stream: place
      .optional()
      .describe('Stream to read as a group of its own, acknowledging each entry: it goes to one member'),
    ...consumeShape,
  })
  .refine(
    ({ channel, stream }) => (channel === undefined) !== (stream === undefined),
    'a channel or a stream',
  )

/** Configuration of the `redis` target. */
export const redisConfigSchema = z
  .strictObject({
    ...serverSettings(['redis', 'rediss'], 'redis://127.0.0.1:6379'),
    consume: consumeSchema.optional().describe('Consumers that account for what this target publishes'),
  })
  .describe('A Redis or Valkey server')
export type RedisConfig = z.output<typeof redisConfigSchema>

/** One request; strings may hold `{{variables}}`. */
export const redisRequestSchema = z
  .strictObject({
    /** One command: its name and arguments. */
    command: command.optional().describe('One command: name and arguments'),
    /** Commands sent together; done with the last reply. */
    pipeline: commands.optional().describe('Commands sent together; done with the last reply'),
    /** Commands of one transaction (MULTI ... EXEC). */
    multi: commands.optional().describe('Commands of one transaction (MULTI ... EXEC)'),
    publish: z
      .strictObject({ channel: place.describe('Channel of the message'), ...payloadShape })
      .refine(hasOneBody, oneBody)
      .optional()
      .describe('Publishes a message (PUBLISH)'),
    add: z
      .strictObject({
        stream: place.describe('Stream of the entry'),
        maxLength: z
          .int()
          .positive()
          .optional()
          .describe('Entries that the stream keeps, roughly; older ones are dropped, read or not'),
        ...payloadShape,
      })
      .refine(hasOneBody, oneBody)
      .optional()
      .describe('Adds an entry to a stream (XADD), its body in the field payload'),
  })
  .refine(
    (request) => Object.values(request).filter((part) => part !== undefined).length === 1,
    'exactly one of command, pipeline, multi, publish and add',
  )
  .describe('One command, a pipeline, a transaction or a message')
export type RedisRequest = z.output<typeof redisRequestSchema>
export type RedisCommand = z.output<typeof command>
