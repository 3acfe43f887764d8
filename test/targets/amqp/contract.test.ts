import { describeTarget } from '../../../harness/contract/target.ts'
import { amqpPlugin } from '../../../harness/targets/amqp/index.ts'
import { AMQP_HINT, AMQP_PORT, answerOn, HAS_AMQP, SLOW_MS, withAmqp } from '../../kit/amqp-server.ts'
import { CUT, withCuttingProxy } from '../../kit/cutting-proxy.ts'
import { describe } from '../../kit/suite.ts'

if (HAS_AMQP)
  describeTarget({
    name: 'amqp',
    plugin: amqpPlugin,
    has: ['slow', 'mortal', 'dropped', 'pooled'],
    withTarget: (body) =>
      withAmqp((own, queue) =>
        withCuttingProxy(AMQP_PORT, async (proxy) => {
          await answerOn(own, queue)
          await body({
            config: amqpPlugin.configSchema.parse({ url: `amqp://127.0.0.1:${proxy.port}` }),
            answered: { rpc: { queue, payload: 'hello' } },
            silent: { rpc: { queue, payload: 'silent' } },
            failing: {
              request: { publish: { routingKey: 'proofload-no-such-queue', mandatory: true } },
              kind: 'returned',
            },
            slow: { request: { rpc: { queue, payload: 'slow' } }, ms: SLOW_MS },
            mortal: { kill: () => proxy.kill(), revive: () => proxy.start() },
            dropped: { request: { rpc: { queue, payload: CUT } }, seen: () => proxy.cutCount },
          })
        }),
      ),
  })
else describe('target contract: amqp', (test) => test.skip('holds', AMQP_HINT))
