import type { Clock } from '../../base/clock.ts'
import type { ProbeResult } from '../../ports/target-plugin.ts'
import { PROBE_LIMIT_MS, probeConnection } from '../probe-connection.ts'
import { connectOnce, failureOf } from './connect.ts'
import type { NatsConfig } from './schema.ts'

/** Connects once, without a login, and says which server it is. Never throws. */
export function probeNats(config: NatsConfig, clock: Clock): Promise<ProbeResult> {
  const { user: _user, password: _password, token: _token, ...open } = config
  return probeConnection({
    url: config.url,
    clock,
    failureOf,
    async connect() {
      const connection = await connectOnce({
        config: open,
        secrets: {},
        name: 'proofload probe',
        timeoutMs: PROBE_LIMIT_MS,
      })
      const { version = '?', jetstream = false } = connection.info ?? {}
      await connection.close()
      return `NATS ${version}, ${jetstream ? 'with' : 'without'} JetStream`
    },
  })
}
