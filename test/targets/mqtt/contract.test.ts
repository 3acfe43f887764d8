import { describeTarget } from '../../../harness/contract/target.ts'
import { mqttPlugin } from '../../../harness/targets/mqtt/index.ts'
import { CUT, withCuttingProxy } from '../../kit/cutting-proxy.ts'
import { HAS_MOSQUITTO, MOSQUITTO_HINT, withMosquitto } from '../../kit/mqtt-server.ts'
import { describe } from '../../kit/suite.ts'

const message = (payload: string) => ({ publish: { topic: 'a', payload, qos: 1 } })

if (HAS_MOSQUITTO)
  describeTarget({
    name: 'mqtt',
    plugin: mqttPlugin,
    has: ['mortal', 'dropped', 'pooled'],
    lacks: { slow: 'a broker acknowledges at once' },
    withTarget: (body) =>
      withMosquitto(({ process }) =>
        withCuttingProxy(process.port, (proxy) =>
          body({
            config: mqttPlugin.configSchema.parse({ url: `mqtt://127.0.0.1:${proxy.port}` }),
            answered: message('hello'),
            silent: { await: { topic: 'nothing' } },
            failing: { request: { publish: { topic: '{{unset}}' } }, kind: 'code' },
            mortal: { kill: () => proxy.kill(), revive: () => proxy.start() },
            dropped: { request: message(CUT), seen: () => proxy.cutCount },
          }),
        ),
      ),
  })
else describe('target contract: mqtt', (test) => test.skip('holds', MOSQUITTO_HINT))
