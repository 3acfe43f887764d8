import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { type DriveOptions, driveStep } from '../../../harness/contract/driven-exchange.ts'
import type { DriverContext, TargetDriver } from '../../../harness/ports/target.ts'
import type { MqttClient } from '../../../harness/targets/mqtt/client.ts'
import { mqttPlugin } from '../../../harness/targets/mqtt/index.ts'
import { withCuttingProxy } from '../../kit/cutting-proxy.ts'
import { clientOf, withDriver } from '../../kit/drive.ts'
import { aLedgerRig } from '../../kit/ledger-rig.ts'
import { HAS_MOSQUITTO, MOSQUITTO_HINT, withMosquitto } from '../../kit/mqtt-server.ts'
import type { ServerProcess } from '../../kit/server-process.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

type Declare = (title: string, body: () => Promise<void>) => void
type Request = Readonly<Record<string, unknown>>

interface Bench {
  readonly url: string
  readonly process: ServerProcess
  readonly driver: TargetDriver
  readonly ledger: ReturnType<typeof aLedgerRig>
  ask(request: Request, options?: DriveOptions): ReturnType<typeof driveStep>
}

const clock = createSystemClock()

/** A driver on a broker of its own, with the ledger that its `consume` asks for. */
function withTarget(
  settings: Readonly<Record<string, unknown>>,
  body: (bench: Bench) => Promise<void>,
  { broker, context = {} }: { broker?: readonly string[]; context?: Partial<DriverContext> } = {},
): Promise<void> {
  return withMosquitto(async ({ url, process }) => {
    const config = mqttPlugin.configSchema.parse({ url, ...settings })
    const ledger = aLedgerRig(clock, mqttPlugin.channelOf?.(config))
    const channel = config['consume'] === undefined ? null : ledger.channel
    await withDriver(
      mqttPlugin,
      config,
      async (driver) => {
        await driver.ready?.()
        const ask = (request: Request, options?: DriveOptions) =>
          driveStep(mqttPlugin, driver, request, options)
        await body({ url, process, driver, ledger, ask })
      },
      { clock, channel, events: ledger.events, ...context },
    )
  }, broker)
}

const publish = (qos: number, topic = 'a', more = {}) => ({ publish: { topic, qos, size: '10B', ...more } })
const inTurn = async (count: number, ask: (index: number) => Promise<unknown>) => {
  for (let index = 0; index < count; index++) await ask(index)
}

describe('The mqtt driver', (declare) => {
  const test: Declare = HAS_MOSQUITTO ? declare : (title) => declare.skip(title, MOSQUITTO_HINT)

  for (const version of [4, 5])
    test(`publishes with each quality of service, MQTT ${version}`, () =>
      withTarget({ version }, async ({ ask }) => {
        const ends = await Promise.all([0, 1, 2].map((qos) => ask(publish(qos))))

        assert.equal(
          ends.map(({ kind, acknowledged }) => [kind, acknowledged]),
          [
            ['none', false],
            ['none', true],
            ['none', true],
          ],
        )
        const [once, , exactly] = ends
        assert.is(once!.doneMs, once!.sentMs)
        assert.equal(
          exactly!.components.map(([name]) => name),
          ['pubrec', 'pubcomp'],
        )
        for (const { measured } of ends) assert.equal(measured, [['messages_published', 1]])
      }))

  test('tells that nobody has subscribed, as a status that is good', () =>
    withTarget({}, async ({ ask }) => {
      const { kind, status } = await ask(publish(1))

      assert.equal([kind, status, mqttPlugin.status.isGood(status)], ['none', 16, true])
    }))

  test('connects by a step of its own, and by what needs it', () =>
    withTarget({}, async ({ ask, driver }) => {
      const connect = await ask({ connect: {} })
      assert.equal([connect.kind, connect.connectMs, driver.stats().openConnections], ['none', 0, 1])
      assert.ok(connect.doneMs > connect.sentMs)

      const { connectMs } = await ask(publish(1), { agent: 1 })
      assert.ok(connectMs > 0)
      assert.is((await ask({ disconnect: {} })).kind, 'none')
      assert.is(driver.stats().openConnections, 1)
    }))

  test('subscribes and waits for messages, those first that were there', () =>
    withTarget({}, async ({ ask }) => {
      await ask({ subscribe: { topic: 'news/+', qos: 1 } })
      await inTurn(3, (i) =>
        ask(publish(1, 'news/{{id}}', { size: undefined, payload: `m${i}` }), {
          agent: 1,
          variables: { id: `${i}` },
        }),
      )
      const { kind, items, text } = await ask({ await: { topic: 'news/#', count: 3 } })

      assert.equal([kind, items, text], ['none', 3, 'm2'])
      const late = await ask({ await: { topic: 'news/#' } }, { timeouts: { totalMs: 60 } })
      assert.is(late.kind, 'timeout-total')
    }))

  test('gets what was retained, and drops the oldest of what nobody reads', () =>
    withTarget({ inbox: 2 }, async ({ ask, driver }) => {
      await inTurn(5, (i) => ask(publish(1, `r/${i}`, { retain: true, size: undefined, payload: `r${i}` })))
      await ask({ subscribe: { topic: 'r/#', qos: 1 } }, { agent: 1 })
      const { items } = await ask({ await: { count: 2 } }, { agent: 1 })

      assert.is(items, 2)
      assert.is(driver.stats().waiting, 0)
    }))

  test('ends the session of whom another client with its id takes over', () =>
    withTarget({ clientId: 'me' }, async ({ ask, url }) => {
      await ask({ connect: {} })
      const waiting = ask({ await: {} })
      await withDriver(mqttPlugin, mqttPlugin.configSchema.parse({ url, clientId: 'me' }), async (other) => {
        await driveStep(mqttPlugin, other, { connect: {} })

        assert.is((await waiting).kind, 'closed')
      })
    }))

  test('lets messages wait that the broker has no quota for, and loses no order', () =>
    withTarget(
      { consume: { topic: 'q' } },
      async ({ ask, driver, ledger }) => {
        const ends = await Promise.all(Array.from({ length: 200 }, () => ask(publish(2, 'q'))))
        await driver.quiesce?.(clock.nowMs() + 5000)

        assert.ok(ends.every(({ kind }) => kind === 'none'))
        const { published, delivered, lost, duplicates } = ledger.figures()
        assert.equal([published, delivered, lost, duplicates], [200, 200, 0, 0])
      },
      { broker: ['allow_anonymous true', 'max_inflight_messages 5'] },
    ))

  test('ends what was under way when the broker dies, queues nothing, and connects again when it is back', () =>
    withTarget({}, async ({ ask, process }) => {
      await ask({ connect: {} })
      const waiting = ask({ await: {} })
      await process.kill()
      assert.equal([(await waiting).kind, (await waiting).settledCount], ['closed', 1])
      assert.is((await ask(publish(0))).kind, 'refused')

      await process.start()
      assert.is((await ask(publish(1))).kind, 'none')
    }))

  test('calls in doubt what the broker does not acknowledge while it stands still', () =>
    withTarget({ consume: { topic: 'a' } }, async ({ ask, process, driver, ledger }) => {
      await ask(publish(1))
      await process.pause()
      const { kind } = await ask(publish(1), { timeouts: { totalMs: 100 } })
      assert.is(kind, 'timeout-total')
      assert.is(ledger.figures().inDoubt, 1)

      // It had come to the broker after all.
      process.resume()
      await until(() => ledger.figures().inDoubt === 0)
      await driver.quiesce?.(clock.nowMs() + 5000)
      const { published, delivered, lost } = ledger.figures()
      assert.equal([published, delivered, lost], [2, 2, 0])
    }))

  test('calls a login that is refused auth, in both versions', async () => {
    for (const version of [4, 5])
      await withTarget(
        { version },
        async ({ ask, url }) => {
          assert.is((await ask(publish(0))).kind, 'auth')
          const found = await mqttPlugin.probe(mqttPlugin.configSchema.parse({ url, version }), clock)
          assert.match(found?.message ?? '', /asks for a login/)
        },
        { broker: ['allow_anonymous false'] },
      )
  })

  test('says in one line that there is no broker', async () => {
    const config = mqttPlugin.configSchema.parse({ url: 'mqtt://127.0.0.1:1' })
    const found = await mqttPlugin.probe(config, clock)

    assert.is(found?.reachable, false)
    assert.match(found?.message ?? '', /^mqtt:\/\/127\.0\.0\.1:1: refused/)
  })

  test('shares a few clients where connections are shared', () =>
    withTarget(
      {},
      async ({ ask, driver }) => {
        assert.is(driver.stats().openConnections, 2)
        const ends = await Promise.all([0, 1, 2, 3].map((agent) => ask(publish(1), { agent })))

        assert.ok(ends.every(({ kind, connectMs }) => kind === 'none' && connectMs === 0))
        assert.is(driver.stats().openConnections, 2)
      },
      { context: { connections: 2 } },
    ))

  test('gives code the same requests', () =>
    withTarget({}, async ({ driver }) => {
      const client = clientOf<MqttClient>(driver)
      await client.connect()
      await client.subscribe({ topic: 'c' })
      await client.publish({ topic: 'c', payload: '{{as it is}}', qos: 1, properties: { kind: 'k' } })

      assert.is((await client.receive()).text(), '{{as it is}}')
      assert.ok((await client.disconnect()).ok)
    }))
})

describe('The consumers of mqtt', (declare) => {
  const test: Declare = HAS_MOSQUITTO ? declare : (title) => declare.skip(title, MOSQUITTO_HINT)

  test('account for every message: each member gets it, or one of a shared subscription', async () => {
    for (const [version, share, expected] of [
      [4, undefined, 150],
      [5, undefined, 150],
      [5, 'g', 50],
    ] as const)
      await withTarget(
        { version, consume: { topic: 'a/#', members: 3, share } },
        async ({ ask, driver, ledger }) => {
          await inTurn(50, (i) => ask(publish(i % 3, `a/${i}`)))
          await driver.quiesce?.(clock.nowMs() + 5000)

          const { published, delivered, lost, foreign } = ledger.figures()
          assert.equal([published, delivered, lost, foreign], [expected, expected, 0, 0])
          assert.ok(ledger.times.every((time) => time >= 0))
        },
      )
  })

  test('come back after the broker died, and what was published is delivered, lost or in doubt', () =>
    withTarget({ consume: { topic: 'a' } }, async ({ ask, process, driver, ledger }) => {
      await inTurn(20, () => ask(publish(1)))
      await process.kill()
      await process.start()
      await until(() => driver.stats().openConnections >= 1)
      await inTurn(20, () => ask(publish(1)))
      await driver.quiesce?.(clock.nowMs() + 1000)

      const { published, delivered, lost, inDoubt } = ledger.figures()
      assert.equal([published, delivered + lost + inDoubt], [40, 40])
      assert.match(ledger.faults.join(), /consume a: closed: a consumer/)
    }))

  test('get what is published exactly once exactly once, however often their connection is lost', async () => {
    for (const [version, persistent] of [
      [4, true],
      [5, true],
      [5, false],
    ] as const)
      await withMosquitto(({ process }) =>
        withCuttingProxy(process.port, async (proxy) => {
          const consume = { topic: 'a', qos: 2, persistent, work: '2ms' }
          const config = mqttPlugin.configSchema.parse({
            url: `mqtt://127.0.0.1:${proxy.port}`,
            version,
            consume,
          })
          const ledger = aLedgerRig(clock, mqttPlugin.channelOf?.(config))
          await withDriver(
            mqttPlugin,
            config,
            async (driver) => {
              await driver.ready?.()
              for (let cut = 0; cut < 5; cut++) {
                await Promise.all(
                  Array.from({ length: 60 }, (_, i) =>
                    driveStep(mqttPlugin, driver, publish(2), { agent: i % 4 }),
                  ),
                )
                // One that is cut before it is received makes Mosquitto forget what it has asked for: a true duplicate of the broker's.
                await until(() => proxy.cutClients('-consumer-0') === 1)
              }
              await driver.quiesce?.(clock.nowMs() + (persistent ? 60_000 : 500))
            },
            { clock, channel: ledger.channel, events: ledger.events },
          )
          const { published, delivered, lost, inDoubt, duplicates } = ledger.figures()
          assert.equal([published, delivered + lost, inDoubt, duplicates], [300, 300, 0, 0])
          // The broker keeps nothing for those who do not ask it to.
          if (persistent) assert.is(lost, 0)
          assert.ok(ledger.faults.length >= 5, ledger.faults.join('\n'))
        }),
      )
  })

  test('hold a message for as long as their work takes, before they acknowledge it', () =>
    withTarget({ consume: { topic: 'a', work: '5ms' } }, async ({ ask, driver, ledger }) => {
      await Promise.all(Array.from({ length: 20 }, () => ask(publish(1))))
      await driver.quiesce?.(clock.nowMs() + 5000)

      assert.is(ledger.figures().delivered, 20)
    }))
})
