import { describeTarget } from '../../../harness/contract/target.ts'
import { kafkaPlugin } from '../../../harness/targets/kafka/index.ts'
import { CUT, SWALLOW } from '../../kit/cutting-proxy.ts'
import { HAS_KCAT, KCAT_HINT, withKafkaMock } from '../../kit/kafka-mock.ts'
import { describe } from '../../kit/suite.ts'

if (HAS_KCAT)
  describeTarget({
    name: 'kafka',
    plugin: kafkaPlugin,
    has: ['mortal', 'dropped', 'pooled'],
    lacks: { slow: 'the mock of a cluster answers at once' },
    withTarget: (body) =>
      withKafkaMock(({ brokers, proxy }) =>
        body({
          config: kafkaPlugin.configSchema.parse({ brokers }),
          answered: { produce: { topic: 'orders', value: 'hello' } },
          silent: { produce: { topic: 'orders', value: SWALLOW } },
          failing: { request: { produce: { topic: 'orders', value: 'hello', partition: 99 } }, kind: 'nack' },
          mortal: { kill: () => proxy.kill(), revive: () => proxy.start() },
          dropped: { request: { produce: { topic: 'orders', value: CUT } }, seen: () => proxy.cutCount },
        }),
      ),
  })
else describe('target contract: kafka', (test) => test.skip('holds', KCAT_HINT))
