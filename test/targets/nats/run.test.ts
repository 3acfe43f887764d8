import * as assert from 'uvu/assert'
import { inWorkplace } from '../../kit/cli.ts'
import { HAS_NATS, NATS_HINT, withNats } from '../../kit/nats-server.ts'
import { describe } from '../../kit/suite.ts'

const yamlOf = (url: string) => `
name: orders
workload: { pattern: constant-rate, rate: 100/s, duration: 2s }
target:
  plugin: nats
  config:
    url: "${url}"
    streams: [{ name: S, subjects: [s.>], storage: memory }]
    consume: { subject: s.>, stream: S, members: 2 }
journeys:
  order: { steps: [{ request: { jetstream: { publish: { subject: s.1, size: 100B } } }, step: order }] }
objectives: ["p99(delivery_time) < 10s", "duplicate_ratio <= 0%"]
`

describe('A run on nats', (test) => {
  const title = 'accounts for its messages over two threads, in verdict and reports'
  if (!HAS_NATS) test.skip(title, NATS_HINT)
  else
    test(title, () =>
      withNats(({ url, own }) =>
        inWorkplace(async (place) => {
          place.write('s.yaml', yamlOf(url))
          const { summary, objectives } = (await place.verdictOf('s.yaml', '--threads', '2')).verdict

          const { published, delivered, lost, inDoubt } = summary.messages['main']!
          assert.equal([published, delivered, lost, inDoubt], [200, 200, 0, 0])
          const { delivery_time, messages_published } = summary.steps['order']!.measures
          assert.equal([delivery_time?.count, messages_published?.total], [200, 200])
          assert.ok(objectives.some(({ expect }) => expect === 'loss_ratio <= 0%'))

          // What was made for it is gone.
          const streams = JSON.parse((await own.request('$JS.API.STREAM.NAMES')).string()).streams ?? []
          assert.equal(streams, [])
        }),
      ),
    )
})
