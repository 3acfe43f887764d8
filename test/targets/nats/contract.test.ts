import { describeTarget } from '../../../harness/contract/target.ts'
import { natsPlugin } from '../../../harness/targets/nats/index.ts'
import { answerOn, HAS_NATS, NATS_HINT, withNats } from '../../kit/nats-server.ts'
import { describe } from '../../kit/suite.ts'

if (HAS_NATS)
  describeTarget({
    name: 'nats',
    plugin: natsPlugin,
    withTarget: (body) =>
      withNats(async ({ url, own }) => {
        await answerOn(own)
        await body({
          config: natsPlugin.configSchema.parse({ url }),
          answered: { request: { subject: 'answered', payload: 'hello' } },
          silent: { request: { subject: 'silent' } },
          failing: { request: { request: { subject: 'nobody' } }, kind: 'unavailable' },
        })
      }),
  })
else describe('target contract: nats', (test) => test.skip('holds', NATS_HINT))
