/** A Redis target and its steps, as authors write them. */
import type { Written } from '../../base/written.ts'
import type { TargetRef } from '../../ports/target-plugin.ts'
import { type RequestStep, requestStep, type StepOptions } from '../step.ts'
import type { CodeCommand, RedisClient, WrittenMessage } from './client.ts'
import type { redisConfigSchema } from './schema.ts'

const stepOf =
  <Content>(key: string) =>
  (content: Content, options: StepOptions = {}): RequestStep =>
    requestStep({ [key]: content }, options)

/** A Redis target, and its steps: `redis({ url })`, `redis.command(['GET', 'user:1'])`. */
export const redis = Object.assign(
  (config: Written<typeof redisConfigSchema>): TargetRef<RedisClient> => ({ plugin: 'redis', config }),
  {
    command: stepOf<CodeCommand>('command'),
    pipeline: stepOf<readonly CodeCommand[]>('pipeline'),
    multi: stepOf<readonly CodeCommand[]>('multi'),
    publish: stepOf<WrittenMessage<'publish'>>('publish'),
    add: stepOf<WrittenMessage<'add'>>('add'),
  },
)
