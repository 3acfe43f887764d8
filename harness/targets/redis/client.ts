import type { Answer, Perform, PerformOptions } from '../../ports/target.ts'
import { type RedisRequest, redisRequestSchema } from './schema.ts'
import { nameOfRedisRequest, type RedisWork } from './work.ts'

/** The name of a command, and its arguments. */
export type CodeCommand = readonly [name: string, ...args: (string | number)[]]

/** The client that code journeys call, one an agent. Every request is recorded, and resolves whatever became of it. */
export class RedisClient {
  readonly #perform: Perform
  readonly #prepare: (request: RedisRequest, step: string) => RedisWork

  constructor(perform: Perform, prepare: (request: RedisRequest, step: string) => RedisWork) {
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

  #send(written: unknown, options: Partial<PerformOptions> = {}): Promise<Answer> {
    const request = redisRequestSchema.parse(written)
    const step = options.step ?? nameOfRedisRequest(request)
    return this.#perform(this.#prepare(request, step), { ...options, step })
  }
}
