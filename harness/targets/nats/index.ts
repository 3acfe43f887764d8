/** NATS: messages, requests, JetStream and keys. */
import { hostsOfUrl } from '../../base/server-url.ts'
import type { TargetPlugin } from '../../ports/target-plugin.ts'
import { type NatsConfig, type NatsRequest, natsConfigSchema, natsRequestSchema } from './schema.ts'
import { natsStatus } from './status.ts'

/** The connections of a run: each carries many messages at once. */
const POOL = 2

/** The `nats` plugin. */
export const natsPlugin: TargetPlugin = {
  name: 'nats',
  configSchema: natsConfigSchema,
  requestSchema: natsRequestSchema,
  status: natsStatus,
  pool: POOL,
  connectionsOf: () => 'one',
  atUrl: (url) => (/^nats:/i.test(url) ? { url } : null),
  nameOf: (request) => nameOfRequest(request as NatsRequest),
  hostsOf: (config) => hostsOfUrl((config as NatsConfig).url),
  channelOf(config) {
    const { consume } = config as NatsConfig
    if (consume === undefined) return null
    const { queue, stream, members } = consume
    return { mode: queue === undefined && stream === undefined ? 'each' : 'once', subscribers: members }
  },
  async provision(config, context) {
    const { provisionNats } = await import('./provision.ts')
    return provisionNats(config as NatsConfig, context)
  },
  async probe(config, clock) {
    const { probeNats } = await import('./probe.ts')
    return probeNats(config as NatsConfig, clock)
  },
  async createDriver(config, context) {
    const [{ NatsProtocol }, { LinkDriver }] = await Promise.all([
      import('./protocol.ts'),
      import('../link-driver.ts'),
    ])
    return new LinkDriver(new NatsProtocol(config as NatsConfig, context, nameOfRequest), context)
  },
}

function nameOfRequest({ publish, request, jetstream, kv }: NatsRequest): string {
  if (publish !== undefined) return `publish ${publish.subject}`
  if (request !== undefined) return `request ${request.subject}`
  if (jetstream !== undefined) return `jetstream ${jetstream.publish.subject}`
  return kv?.put === undefined ? `get ${kv?.get?.bucket}` : `put ${kv.put.bucket}`
}
