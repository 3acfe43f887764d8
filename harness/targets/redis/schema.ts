/** Schemas of a Redis target and its requests, as scenarios write them. */
import * as z from 'zod'
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

const argument = z.union([z.string(), z.number()])
const command = z
  .tuple([z.string().min(1, 'the name of a command')], argument)
  .superRefine(([name], context) => {
    const why = REFUSED.get(name.toUpperCase())
    if (why !== undefined) context.addIssue({ code: 'custom', message: `${name} is not taken: ${why}` })
  })
const commands = z.array(command).min(1, 'at least one command')

/** Configuration of the `redis` target. */
export const redisConfigSchema = z
  .strictObject(serverSettings(['redis', 'rediss'], 'redis://127.0.0.1:6379'))
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
  })
  .refine(
    (request) => Object.values(request).filter((part) => part !== undefined).length === 1,
    'exactly one of command, pipeline and multi',
  )
  .describe('One command, a pipeline or a transaction')
export type RedisRequest = z.output<typeof redisRequestSchema>
export type RedisCommand = z.output<typeof command>
