import * as assert from 'uvu/assert'
import { driveStep } from '../../../harness/contract/driven-exchange.ts'
import { kafkaPlugin } from '../../../harness/targets/kafka/index.ts'
import { withDriver } from '../../kit/drive.ts'
import {
  accountOfChangingGroup,
  type ConsumedTopic,
  kafkaClock,
  withConsumedTopic,
} from '../../kit/kafka-consumers.ts'
import { HAS_KCAT, type KafkaMock, KCAT_HINT, withKafkaMock } from '../../kit/kafka-mock.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

type Declare = (title: string, body: () => Promise<void>) => void
type Request = Readonly<Record<string, unknown>>

const TOPIC = 'orders'
const inTurn = async (count: number, act: (index: number) => Promise<unknown>) => {
  for (let index = 0; index < count; index++) await act(index)
}

/** Consumers of a topic on a mock cluster of its own. @param before messages that are there before them */
function withConsumers(
  settings: Request,
  body: (bench: KafkaMock & ConsumedTopic) => Promise<void>,
  before = 0,
): Promise<void> {
  return withKafkaMock(async (mock) => {
    await withDriver(kafkaPlugin, { brokers: mock.brokers }, (driver) =>
      inTurn(before, () => driveStep(kafkaPlugin, driver, { produce: { topic: TOPIC, value: 'before' } })),
    )
    // The mock cluster has the first member wait for 3 s; until then its session must not end.
    const consume = { topic: TOPIC, maxWait: '50ms', sessionTimeout: '4s', ...settings }
    await withConsumedTopic(mock.brokers, consume, (consumed) => body({ ...mock, ...consumed }))
  })
}

describe('The consumers of kafka', (declare) => {
  const test: Declare = HAS_KCAT ? declare : (title) => declare.skip(title, KCAT_HINT)

  test('account for every message, whatever its partition, in the order of each', () =>
    withConsumers({ members: 2 }, async ({ produce, driver, ledger }) => {
      await inTurn(50, (index) => produce({ key: `k${index}` }))
      await Promise.all(Array.from({ length: 10 }, () => produce({ messages: 5, acks: 0 })))
      await driver.quiesce?.(kafkaClock.nowMs() + 20_000)

      const { published, delivered, lost, duplicates, reordered, foreign } = ledger.figures()
      assert.equal([published, delivered, lost, duplicates, reordered, foreign], [100, 100, 0, 0, 0, 0])
      assert.is(ledger.times.length, 100)
      assert.equal(ledger.faults, [])
    }))

  test('begin where the topic ends', () =>
    withConsumers(
      {},
      async ({ produce, driver, ledger }) => {
        await produce()
        await driveStep(kafkaPlugin, driver, { produce: { topic: 'others', value: 'x' } })
        await driver.quiesce?.(kafkaClock.nowMs() + 20_000)

        const { published, delivered, foreign } = ledger.figures()
        assert.equal([published, delivered, foreign], [1, 1, 0])
      },
      5,
    ))

  test('consume what was there before them where they are to, and tell it apart', () =>
    withConsumers(
      { from: 'earliest' },
      async ({ produce, driver, ledger }) => {
        await produce()
        await driver.quiesce?.(kafkaClock.nowMs() + 20_000)
        await until(() => ledger.figures().foreign === 5)

        assert.is(ledger.figures().delivered, 1)
      },
      5,
    ))

  test('lose nothing when the connections of one are cut: it joins again', () =>
    withConsumers({ members: 2, work: '0ms..2ms' }, async ({ produce, proxy, driver, ledger }) => {
      await inTurn(50, () => produce())
      assert.ok(proxy.cutClients('consumer 0') > 0)
      await inTurn(50, () => produce())
      await until(() => ledger.faults.length > 0)
      await driver.quiesce?.(kafkaClock.nowMs() + 60_000)

      const { published, delivered, lost } = ledger.figures()
      assert.equal([published, delivered, lost], [100, 100, 0])
      assert.match(ledger.faults.join('\n'), /^consume orders: (closed|reset): a consumer: /m)
    }))

  test('are told of when their group changes, and lose nothing', () =>
    withKafkaMock(async ({ brokers }) => {
      const { published, delivered, lost, faults } = await accountOfChangingGroup(brokers, TOPIC, 600)

      assert.equal([published, delivered, lost], [600, 600, 0])
      assert.match(
        faults.join('\n'),
        /^consume orders: unavailable: a consumer: its group is being rebalanced$/m,
      )
    }))

  test('are told of when the broker is gone, and find it again', () =>
    withConsumers({}, async ({ produce, proxy, driver, ledger }) => {
      await produce()
      await proxy.kill()
      await until(() => ledger.faults.length > 0)
      const away = await produce()
      await proxy.start()
      await until(async () => (await produce()).kind === 'none')
      await driver.quiesce?.(kafkaClock.nowMs() + 60_000)

      const { published, delivered, lost } = ledger.figures()
      assert.is(away.kind, 'refused')
      assert.equal([delivered, lost], [published, 0])
    }))
})

/** A cluster of one's own: the test is declared only where this names it, so that no other run skips anything. */
const { KAFKA_BROKERS } = process.env

if (KAFKA_BROKERS !== undefined)
  describe(`The Kafka cluster at ${KAFKA_BROKERS}`, (test) => {
    test('loses none of 20,000 messages while its group changes', async () => {
      const topic = `proofload-test-${process.pid}`
      const figures = await accountOfChangingGroup(KAFKA_BROKERS.split(','), topic, 20_000)
      const { published, delivered, lost, inDoubt, reordered, faults } = figures

      process.stderr.write(`${JSON.stringify(figures)}\n`)
      assert.equal([published, delivered, lost, inDoubt, reordered], [20_000, 20_000, 0, 0, 0])
      assert.ok(faults.some((fault) => /rebalanced/.test(fault)))
    })
  })
