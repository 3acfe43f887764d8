import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { driveStep } from '../../../harness/contract/driven-exchange.ts'
import type { TargetDriver } from '../../../harness/ports/target.ts'
import type { AmqpClient } from '../../../harness/targets/amqp/client.ts'
import { amqpPlugin } from '../../../harness/targets/amqp/index.ts'
import { AMQP_HINT, AMQP_URL, answerOn, HAS_AMQP, withAmqp } from '../../kit/amqp-server.ts'
import { clientOf, withDriver } from '../../kit/drive.ts'
import { aLedgerRig } from '../../kit/ledger-rig.ts'
import { describe } from '../../kit/suite.ts'

type Declare = (title: string, body: () => Promise<void>) => void
type Request = Readonly<Record<string, unknown>>

const clock = createSystemClock()
const secrets = {}
let runs = 0

/** A driver whose consumers have a queue of their own, made and removed as for a run. */
async function withConsumers(
  settings: Readonly<Record<string, unknown>>,
  body: (bench: {
    queue: string
    driver: TargetDriver
    ledger: ReturnType<typeof aLedgerRig>
    ask(request: Request): ReturnType<typeof driveStep>
  }) => Promise<void>,
): Promise<void> {
  const queue = `proofload-run-${process.pid}-${runs++}`
  const config = amqpPlugin.configSchema.parse({ url: AMQP_URL, consume: { queue, ...settings } })
  const ledger = aLedgerRig(clock, amqpPlugin.channelOf?.(config))
  const made = await amqpPlugin.provision?.(config, { clock, runId: 'run-1', secrets })
  try {
    await withDriver(
      amqpPlugin,
      config,
      async (driver) => {
        await driver.ready?.()
        await body({ queue, driver, ledger, ask: (request) => driveStep(amqpPlugin, driver, request) })
      },
      { clock, connections: 1, channel: ledger.channel, events: ledger.events },
    )
  } finally {
    await made?.release()
  }
}

describe('The amqp driver', (declare) => {
  const test: Declare = HAS_AMQP ? declare : (title) => declare.skip(title, AMQP_HINT)
  const config = amqpPlugin.configSchema.parse({ url: AMQP_URL })
  const ask = (driver: TargetDriver, request: Request) => driveStep(amqpPlugin, driver, request)

  test('publishes with and without a confirm, calls, and takes single messages', () =>
    withAmqp((own, queue) =>
      withDriver(amqpPlugin, config, async (driver) => {
        const confirmed = await ask(driver, {
          publish: { routingKey: queue, payload: 'a', persistent: true },
        })
        const handed = await ask(driver, { publish: { routingKey: queue, size: '10B', confirm: false } })
        assert.equal([confirmed.kind, confirmed.acknowledged], ['none', true])
        assert.equal([handed.kind, handed.acknowledged], ['none', false])

        const got = await ask(driver, { get: queue })
        assert.equal([got.kind, got.text, got.items], ['none', 'a', 1])
        await ask(driver, { get: queue })
        assert.is((await ask(driver, { get: queue })).items, 0)

        await answerOn(own, queue)
        assert.is((await ask(driver, { rpc: { queue, payload: 'hello' } })).text, 'hello')
      }),
    ))

  test('ends what the broker closes the channel for, with its code, and opens another', () =>
    withAmqp((_own, queue) =>
      withDriver(amqpPlugin, config, async (driver) => {
        const nowhere = await ask(driver, { publish: { exchange: 'proofload-nowhere', routingKey: 'k' } })
        assert.equal([nowhere.kind, nowhere.status], ['closed', 404])

        assert.is((await ask(driver, { publish: { routingKey: queue } })).kind, 'none')
      }),
    ))

  test('calls a wrong password auth, and a broker that is not there refused', async () => {
    await withDriver(amqpPlugin, { ...config, user: 'nobody' }, async (driver) => {
      assert.is((await ask(driver, { publish: { routingKey: 'q' } })).kind, 'auth')
    })
    const found = await amqpPlugin.probe(amqpPlugin.configSchema.parse({ url: 'amqp://127.0.0.1:1' }), clock)
    assert.is(found?.reachable, false)
    assert.match(found?.message ?? '', /refused/)
  })

  test('gives code the same requests', () =>
    withAmqp((_own, queue) =>
      withDriver(amqpPlugin, config, async (driver) => {
        const client = clientOf<AmqpClient>(driver)
        assert.ok((await client.publish({ routingKey: queue, payload: '{{as it is}}' })).ok)
        assert.is((await client.get(queue)).text(), '{{as it is}}')
      }),
    ))
})

describe('The consumers of amqp', (declare) => {
  const test: Declare = HAS_AMQP ? declare : (title) => declare.skip(title, AMQP_HINT)

  for (const type of ['classic', 'quorum'])
    test(`account for every message of a ${type} queue, and the queue is gone after it`, async () => {
      let used = ''
      await withConsumers({ type, members: 2, work: '0ms..2ms' }, async ({ queue, ask, driver, ledger }) => {
        used = queue
        await Promise.all(
          Array.from({ length: 100 }, () => ask({ publish: { routingKey: queue, size: '10B' } })),
        )
        await driver.quiesce?.(clock.nowMs() + 10_000)

        const { published, delivered, lost, duplicates, reordered } = ledger.figures()
        assert.equal([published, delivered, lost, duplicates, reordered], [100, 100, 0, 0, 0])
      })
      await withDriver(amqpPlugin, amqpPlugin.configSchema.parse({ url: AMQP_URL }), async (driver) => {
        assert.is((await driveStep(amqpPlugin, driver, { get: used })).kind, 'closed')
      })
    })
})
