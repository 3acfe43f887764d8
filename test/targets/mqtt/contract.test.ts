import { describeTarget } from '../../../harness/contract/target.ts'
import { mqttPlugin } from '../../../harness/targets/mqtt/index.ts'
import { HAS_MOSQUITTO, MOSQUITTO_HINT, withMosquitto } from '../../kit/mqtt-server.ts'
import { describe } from '../../kit/suite.ts'

if (HAS_MOSQUITTO)
  describeTarget({
    name: 'mqtt',
    plugin: mqttPlugin,
    withTarget: (body) =>
      withMosquitto(({ url }) =>
        body({
          config: mqttPlugin.configSchema.parse({ url }),
          answered: { publish: { topic: 'a', payload: 'hello', qos: 1 } },
          silent: { await: { topic: 'nothing' } },
          failing: { request: { publish: { topic: '{{unset}}' } }, kind: 'code' },
        }),
      ),
  })
else describe('target contract: mqtt', (test) => test.skip('holds', MOSQUITTO_HINT))
