import { describeTarget } from '../../../harness/contract/target.ts'
import type { LiveTarget } from '../../../harness/contract/target-case.ts'
import { grpcPlugin } from '../../../harness/targets/grpc/index.ts'
import { CUT, withCuttingProxy } from '../../kit/cutting-proxy.ts'
import { type GrpcBehaviour, ROUTE_PROTO, withGrpcServer } from '../../kit/grpc-server.ts'

const SLOW_MS = 80

/** Latitude 1 is answered, 2 never, 3 with more than is taken, and 4 late. */
const BEHAVIOUR: GrpcBehaviour = {
  unary({ request }, answer) {
    const { latitude } = request
    if (latitude === 1) answer(null, { name: 'here' })
    if (latitude === 3) answer(null, { name: 'x'.repeat(5000) })
    if (latitude === 4) setTimeout(() => answer(null, { name: 'late' }), SLOW_MS)
  },
}

function withTarget(body: (target: LiveTarget) => Promise<void>): Promise<void> {
  const at = (latitude: number) => ({ unary: 'route.Guide/GetFeature', message: { latitude } })
  return withGrpcServer(BEHAVIOUR, ({ address }) =>
    withCuttingProxy(Number(address.split(':')[1]), (proxy) =>
      body({
        config: grpcPlugin.configSchema.parse({
          address: `127.0.0.1:${proxy.port}`,
          protos: [ROUTE_PROTO],
          maxMessage: '4KiB',
        }),
        answered: at(1),
        silent: at(2),
        failing: { request: at(3), kind: 'too-large' },
        // Timers fire up to 1 ms early.
        slow: { request: at(4), ms: SLOW_MS - 1 },
        mortal: { kill: () => proxy.kill(), revive: () => proxy.start() },
        dropped: {
          request: { bidi: 'route.Guide/Chat', send: { message: { text: CUT }, count: 1 } },
          seen: () => proxy.cutCount,
        },
      }),
    ),
  )
}

describeTarget({
  name: 'grpc',
  has: ['slow', 'mortal', 'dropped', 'pooled'],
  plugin: grpcPlugin,
  withTarget,
})
