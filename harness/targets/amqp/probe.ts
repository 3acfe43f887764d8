import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { ProbeResult } from '../../ports/target-plugin.ts'
import { PROBE_LIMIT_MS, probeConnection } from '../probe-connection.ts'
import { connectOnce, kindOfError } from './connect.ts'
import type { AmqpConfig } from './schema.ts'

/** Connects once, as a guest. Never throws. */
export function probeAmqp(config: AmqpConfig, clock: Clock): Promise<ProbeResult> {
  return probeConnection({
    url: config.url,
    clock,
    failureOf: (error) => ({ kind: kindOfError(error), text: messageOf(error) }),
    async connect() {
      const connection = await connectOnce({
        config: { ...config, user: 'guest', password: 'guest' },
        secrets: {},
        name: 'proofload probe',
        timeoutMs: PROBE_LIMIT_MS,
      })
      await connection.close()
      return 'an AMQP broker'
    },
  })
}
