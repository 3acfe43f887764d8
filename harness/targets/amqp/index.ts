/** AMQP 0.9.1: messages with publisher confirms, calls by direct reply-to, and single messages of a queue. */
import * as z from 'zod'
import { hostsOfUrl } from '../../base/server-url.ts'
import type { StatusLanguage, TargetPlugin } from '../../ports/target-plugin.ts'
import { type AmqpConfig, type AmqpRequest, amqpConfigSchema, amqpRequestSchema } from './schema.ts'

/** The connections of a run: each carries many messages at once. */
const POOL = 2

/** Only the end of a channel has a code: 404 for an exchange that is not there. */
const status: StatusLanguage = {
  expected: z.never('nothing: answers of this target have no status'),
  isGood: (code) => code === 0,
  compile: () => () => false,
  nameOf: (code) => `AMQP ${code}`,
}

/** The `amqp` plugin. */
export const amqpPlugin: TargetPlugin = {
  name: 'amqp',
  configSchema: amqpConfigSchema,
  requestSchema: amqpRequestSchema,
  status,
  pool: POOL,
  connectionsOf: () => 'one',
  atUrl: (url) => (/^amqps?:/i.test(url) ? { url } : null),
  nameOf: (request) => nameOfRequest(request as AmqpRequest),
  hostsOf: (config) => hostsOfUrl((config as AmqpConfig).url),
  channelOf(config) {
    const { consume } = config as AmqpConfig
    return consume === undefined ? null : { mode: 'once', subscribers: consume.members }
  },
  async provision(config, context) {
    const { provisionAmqp } = await import('./provision.ts')
    return provisionAmqp(config as AmqpConfig, context)
  },
  async probe(config, clock) {
    const { probeAmqp } = await import('./probe.ts')
    return probeAmqp(config as AmqpConfig, clock)
  },
  async createDriver(config, context) {
    const [{ AmqpProtocol }, { LinkDriver }] = await Promise.all([
      import('./protocol.ts'),
      import('../link-driver.ts'),
    ])
    return new LinkDriver(new AmqpProtocol(config as AmqpConfig, context, nameOfRequest), context)
  },
}

function nameOfRequest({ publish, rpc, get }: AmqpRequest): string {
  if (publish !== undefined) return `publish ${publish.exchange || publish.routingKey}`
  return rpc === undefined ? `get ${get}` : `rpc ${rpc.queue}`
}
