import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { inWorkplace } from '../kit/cli.ts'
import { ROUTE_PROTO, withGrpcServer } from '../kit/grpc-server.ts'
import { describe } from '../kit/suite.ts'

describe('A run over gRPC', (test) => {
  test('measures all kinds of calls; its proto files lie beside the scenario', () =>
    withGrpcServer({}, ({ address }) =>
      inWorkplace(async (place) => {
        copyFileSync(ROUTE_PROTO, join(place.path, 'route.proto'))
        place.write(
          'guide.yaml',
          `name: guide
target: { plugin: grpc, config: { address: "${address}", protos: [route.proto] } }
workload: { pattern: constant-rate, rate: 20/s, duration: 2s }
journeys:
  travel:
    steps:
      - request: { unary: route.Guide/GetFeature, message: { latitude: 1 } }
        expect: { status: OK, body: { json: { location.latitude: 1 } } }
      - request: { serverStream: route.Guide/List, message: { points: 5 } }
        expect: { count: 5 }
      - request: { clientStream: route.Guide/Record, send: { count: 3 } }
      - request: { bidi: route.Guide/Chat, send: { message: { n: "{{$i}}" }, count: 3, every: 5ms }, match: order }
objectives: ["error_ratio <= 0%", "p95(message_time{step=route.Guide/Chat}) < 10s"]
`,
        )
        const { verdict } = await place.verdictOf('guide.yaml', '--no-history')
        const { steps } = verdict.summary
        const countOf = (step: string, measure: string) =>
          (steps[`route.Guide/${step}`]?.measures[measure]?.count ?? 0) /
          (steps[`route.Guide/${step}`]?.requests ?? 0)

        assert.equal(Object.keys(steps).sort(), [
          'route.Guide/Chat',
          'route.Guide/GetFeature',
          'route.Guide/List',
          'route.Guide/Record',
        ])
        for (const [name, { requests, ok, errors }] of Object.entries(steps))
          assert.equal([ok, errors], [requests, {}], name)
        assert.equal(
          [countOf('Chat', 'messages_in'), countOf('List', 'messages_in'), countOf('Record', 'messages_out')],
          [3, 5, 3],
        )
        // Times of what a stall of this machine overlaps are left out.
        for (const [step, measure, most] of [
          ['Chat', 'message_time', 3],
          ['List', 'message_gap', 4],
          ['List', 'first_message_time', 1],
          ['GetFeature', 'headers_time', 1],
        ] as const)
          assert.ok(countOf(step, measure) > 0 && countOf(step, measure) <= most, measure)
      }),
    ))
})
