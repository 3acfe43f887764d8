/** Kafka: messages to topics, and a group of consumers that accounts for them. */
import type { TargetPlugin } from '../../ports/target-plugin.ts'
import {
  hostOf,
  type KafkaConfig,
  type KafkaRequest,
  kafkaConfigSchema,
  kafkaRequestSchema,
} from './schema.ts'
import { kafkaStatus } from './status.ts'

/** The producers of a run: each carries many messages at once. */
const POOL = 2

/** The `kafka` plugin. */
export const kafkaPlugin: TargetPlugin = {
  name: 'kafka',
  configSchema: kafkaConfigSchema,
  requestSchema: kafkaRequestSchema,
  status: kafkaStatus,
  pool: POOL,
  connectionsOf: () => 'one',
  atUrl: (url) => {
    const [, broker] = /^kafka:\/\/([^\s/]+)\/?$/i.exec(url) ?? []
    return broker === undefined ? null : { brokers: [broker] }
  },
  nameOf: (request) => nameOfRequest(request as KafkaRequest),
  hostsOf: (config) => [...new Set((config as KafkaConfig).brokers.map(hostOf))],
  channelOf(config) {
    const { consume } = config as KafkaConfig
    return consume === undefined ? null : { mode: 'once', subscribers: consume.members }
  },
  async provision(config, context) {
    const { provisionKafka } = await import('./provision.ts')
    return provisionKafka(config as KafkaConfig, context)
  },
  async probe(config, clock) {
    const { probeKafka } = await import('./probe.ts')
    return probeKafka(config as KafkaConfig, clock)
  },
  async createDriver(config, context) {
    const [{ KafkaProtocol }, { LinkDriver }] = await Promise.all([
      import('./protocol.ts'),
      import('../link-driver.ts'),
    ])
    return new LinkDriver(new KafkaProtocol(config as KafkaConfig, context, nameOfRequest), context)
  },
}

function nameOfRequest({ produce }: KafkaRequest): string {
  return `produce ${produce.topic}`
}
