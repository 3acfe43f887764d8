import { describeTarget } from '../../../harness/contract/target.ts'
import { natsPlugin } from '../../../harness/targets/nats/index.ts'
import { CUT, withCuttingProxy } from '../../kit/cutting-proxy.ts'
import { answerOn, HAS_NATS, NATS_HINT, SLOW_MS, withNats } from '../../kit/nats-server.ts'
import { describe } from '../../kit/suite.ts'

if (HAS_NATS)
  describeTarget({
    name: 'nats',
    plugin: natsPlugin,
    has: ['slow', 'mortal', 'dropped', 'pooled'],
    withTarget: (body) =>
      withNats(({ process, own }) =>
        withCuttingProxy(process.port, async (proxy) => {
          await answerOn(own)
          await body({
            config: natsPlugin.configSchema.parse({ url: `nats://127.0.0.1:${proxy.port}` }),
            answered: { request: { subject: 'answered', payload: 'hello' } },
            silent: { request: { subject: 'silent' } },
            failing: { request: { request: { subject: 'nobody' } }, kind: 'unavailable' },
            slow: { request: { request: { subject: 'slow' } }, ms: SLOW_MS },
            mortal: { kill: () => proxy.kill(), revive: () => proxy.start() },
            dropped: {
              request: { request: { subject: 'answered', payload: CUT } },
              seen: () => proxy.cutCount,
            },
          })
        }),
      ),
  })
else describe('target contract: nats', (test) => test.skip('holds', NATS_HINT))
