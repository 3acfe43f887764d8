import { defineScenario, grpc } from 'proofload'

/** A route guide over gRPC: all four kinds of calls. */
export default defineScenario({
  name: 'route-guide',
  target: grpc({ address: '127.0.0.1:50051', protos: ['route.proto'] }),
  workload: { pattern: 'constant-rate', rate: '20/s', duration: '30s' },
  journeys: {
    travel: {
      steps: [
        grpc.unary('route.Guide/GetFeature', { latitude: 1, longitude: 2 }, { expect: { status: 'OK' } }),
        grpc.serverStream('route.Guide/List', { points: 100 }, { until: { messages: 100 } }),
        grpc.clientStream('route.Guide/Record', {
          message: { latitude: '{{$i}}' },
          count: 50,
          every: '10ms',
        }),
        grpc.bidi(
          'route.Guide/Chat',
          { message: { n: '{{$i}}' }, count: 20, every: '20ms' },
          { match: 'order' },
        ),
      ],
    },
  },
  objectives: [
    'p99(response_time{step=route.Guide/GetFeature}) < 100ms',
    'p95(message_time{step=route.Guide/Chat}) < 50ms',
  ],
})
