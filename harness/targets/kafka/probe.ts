import type { Clock } from '../../base/clock.ts'
import type { ProbeResult } from '../../ports/target-plugin.ts'
import { PROBE_LIMIT_MS, probeConnection } from '../probe-connection.ts'
import { connectClient, failureOf } from './connect.ts'
import type { KafkaConfig } from './schema.ts'

/** Connects once, without a login. Never throws. */
export function probeKafka(config: KafkaConfig, clock: Clock): Promise<ProbeResult> {
  return probeConnection({
    url: `kafka://${config.brokers.join(',')}`,
    clock,
    failureOf,
    async connect() {
      const { sockets } = await connectClient(
        {
          config: { ...config, user: undefined, password: undefined },
          secrets: {},
          name: 'proofload probe',
          clock,
          timeoutMs: PROBE_LIMIT_MS,
        },
        (kafka) => kafka.admin(),
      )
      sockets.destroy({ kind: 'closed', text: 'it is done' })
      return 'a Kafka broker'
    },
  })
}
