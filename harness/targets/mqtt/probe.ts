import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { ProbeResult } from '../../ports/target-plugin.ts'
import { PROBE_LIMIT_MS, probeConnection } from '../probe-connection.ts'
import { connectOnce } from './connect.ts'
import type { MqttConfig } from './schema.ts'
import { kindOfConnectError } from './status.ts'

/** Connects once, without a login. Never throws. */
export function probeMqtt(config: MqttConfig, clock: Clock): Promise<ProbeResult> {
  const { user: _user, password: _password, ...open } = config
  return probeConnection({
    url: config.url,
    clock,
    failureOf: (error) => ({ kind: kindOfConnectError(error as Error), text: messageOf(error) }),
    async connect() {
      const { client } = await connectOnce({
        config: open,
        secrets: {},
        clientId: `proofload-probe-${Math.round(clock.wallMs())}`,
        timeoutMs: PROBE_LIMIT_MS,
      })
      await client.endAsync()
      return 'an MQTT broker'
    },
  })
}
