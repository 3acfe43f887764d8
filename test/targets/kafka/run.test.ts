import * as assert from 'uvu/assert'
import { inWorkplace } from '../../kit/cli.ts'
import { HAS_KCAT, KCAT_HINT, withKafkaMock } from '../../kit/kafka-mock.ts'
import { describe } from '../../kit/suite.ts'

const yamlOf = (brokers: readonly string[]) => `
name: orders
workload: { pattern: constant-rate, rate: 100/s, duration: 2s }
target:
  plugin: kafka
  config:
    brokers: ${JSON.stringify(brokers)}
    consume: { topic: orders, maxWait: 50ms }
journeys:
  order: { steps: [{ request: { produce: { topic: orders, size: 100B } }, step: order }] }
objectives: ["p99(delivery_time) < 10s", "duplicate_ratio <= 0%"]
`

describe('A run on kafka', (test) => {
  const title = 'accounts for its messages over two threads, in verdict and reports'
  if (!HAS_KCAT) test.skip(title, KCAT_HINT)
  else
    test(title, () =>
      withKafkaMock(({ brokers }) =>
        inWorkplace(async (place) => {
          place.write('s.yaml', yamlOf(brokers))
          const { summary, objectives } = (await place.verdictOf('s.yaml', '--threads', '2')).verdict

          const { published, delivered, lost, inDoubt, duplicates } = summary.messages['main']!
          assert.equal([published, delivered, lost, inDoubt, duplicates], [200, 200, 0, 0, 0])
          const { delivery_time, messages_published } = summary.steps['order']!.measures
          assert.equal([delivery_time?.count, messages_published?.total], [200, 200])
          assert.ok(objectives.some(({ expect }) => expect === 'loss_ratio <= 0%'))
          assert.equal(summary.faults, {})
        }),
      ),
    )
})
