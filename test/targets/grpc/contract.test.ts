import { describeTarget } from '../../../harness/contract/target.ts'
import type { LiveTarget } from '../../../harness/contract/target-case.ts'
import { grpcPlugin } from '../../../harness/targets/grpc/index.ts'
import { type GrpcBehaviour, ROUTE_PROTO, serveGrpc } from '../../kit/grpc-server.ts'

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

async function withTarget(body: (target: LiveTarget) => Promise<void>): Promise<void> {
  let served = await serveGrpc(BEHAVIOUR)
  const { address } = served
  const at = (latitude: number) => ({ unary: 'route.Guide/GetFeature', message: { latitude } })
  try {
    await body({
      config: grpcPlugin.configSchema.parse({ address, protos: [ROUTE_PROTO], maxMessage: '4KiB' }),
      answered: at(1),
      silent: at(2),
      failing: { request: at(3), kind: 'too-large' },
      // Timers fire up to 1 ms early.
      slow: { request: at(4), ms: SLOW_MS - 1 },
      mortal: {
        kill: () => Promise.resolve(served.stop()),
        revive: async () => {
          served = await serveGrpc(BEHAVIOUR, Number(address.split(':')[1]))
        },
      },
    })
  } finally {
    served.stop()
  }
}

describeTarget({ name: 'grpc', has: ['slow', 'mortal', 'pooled'], plugin: grpcPlugin, withTarget })
