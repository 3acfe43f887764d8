import type * as z from 'zod'
import type { Written } from '../../base/written.ts'
import type { Answer, Perform, PerformOptions } from '../../ports/target.ts'
import type { RedisMessage } from './message.ts'
import { type RedisRequest, redisRequestSchema } from './schema.ts'
import { nameOfRedisRequest, type RedisWork } from './work.ts'

/** The name of a command, and its arguments. */
export type CodeCommand = readonly [name: string, ...args: (string | number)[]]

/** A message as authors write it. */
export type WrittenMessage<Kind extends 'publish' | 'add'> = Written<
  z.ZodType<NonNullable<RedisRequest[Kind]>, NonNullable<z.input<typeof redisRequestSchema>[Kind]>>
>

/** The client that code journeys call, one an agent. Every request is recorded, and resolves whatever became of it. */
export class RedisClient {
  readonly #perform: Perform
  readonly #prepare: (request: RedisRequest, step: string) => RedisWork | RedisMessage

  constructor(perform: Perform, prepare: (request: RedisRequest, step: string) => RedisWork | RedisMessage) {
    this.#perform = perform
    this.#prepare = prepare
  }

  /** `target.command(['GET', 'user:1'])` */
  command(command: CodeCommand, options?: Partial<PerformOptions>): Promise<Answer> {
    return this.#send({ command }, options)
  }

  /** Commands sent together: `target.pipeline([['GET', 'a'], ['GET', 'b']])` */
  pipeline(commands: readonly CodeCommand[], options?: Partial<PerformOptions>): Promise<Answer> {
    return this.#send({ pipeline: commands }, options)
  }

  /** Commands of one transaction. */
  multi(commands: readonly CodeCommand[], options?: Partial<PerformOptions>): Promise<Answer> {
    return this.#send({ multi: commands }, options)
  }

  /** A message to whoever has subscribed: `target.publish({ channel: 'news', json: { id: 7 } })` */
  publish(message: WrittenMessage<'publish'>, options?: Partial<PerformOptions>): Promise<Answer> {
    return this.#send({ publish: message }, options)
  }

  /** An entry of a stream: `target.add({ stream: 'orders', json: { id: 7 } })` */
  add(entry: WrittenMessage<'add'>, options?: Partial<PerformOptions>): Promise<Answer> {
    return this.#send({ add: entry }, options)
  }

  #send(written: unknown, options: Partial<PerformOptions> = {}): Promise<Answer> {
    const request = redisRequestSchema.parse(written)
    const step = options.step ?? nameOfRedisRequest(request)
    return this.#perform(this.#prepare(request, step), { ...options, step })
  }
}
