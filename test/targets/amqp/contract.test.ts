import { describeTarget } from '../../../harness/contract/target.ts'
import { amqpPlugin } from '../../../harness/targets/amqp/index.ts'
import { AMQP_HINT, AMQP_URL, answerOn, HAS_AMQP, withAmqp } from '../../kit/amqp-server.ts'
import { describe } from '../../kit/suite.ts'

if (HAS_AMQP)
  describeTarget({
    name: 'amqp',
    plugin: amqpPlugin,
    withTarget: (body) =>
      withAmqp(async (own, queue) => {
        await answerOn(own, queue)
        await body({
          config: amqpPlugin.configSchema.parse({ url: AMQP_URL }),
          answered: { rpc: { queue, payload: 'hello' } },
          silent: { rpc: { queue, payload: 'silent' } },
          failing: {
            request: { publish: { routingKey: 'proofload-no-such-queue', mandatory: true } },
            kind: 'returned',
          },
        })
      }),
  })
else describe('target contract: amqp', (test) => test.skip('holds', AMQP_HINT))
