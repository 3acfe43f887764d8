import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { type DriveOptions, driveStep } from '../../../harness/contract/driven-exchange.ts'
import type { DriverContext, TargetDriver } from '../../../harness/ports/target.ts'
import type { KafkaClient } from '../../../harness/targets/kafka/client.ts'
import { kafkaPlugin } from '../../../harness/targets/kafka/index.ts'
import { clientOf, withDriver } from '../../kit/drive.ts'
import { type KafkaScript, type ScriptedKafka, withKafkaScript } from '../../kit/kafka-server.ts'
import { aLedgerRig } from '../../kit/ledger-rig.ts'
import { describe } from '../../kit/suite.ts'
import { LOCALHOST_CERT_FILE, LOCALHOST_TLS } from '../../kit/tls.ts'
import { until } from '../../kit/until.ts'

type Request = Readonly<Record<string, unknown>>

interface Bench {
  readonly broker: ScriptedKafka
  readonly driver: TargetDriver
  ask(request: Request, options?: DriveOptions): ReturnType<typeof driveStep>
}

const clock = createSystemClock()
const produce = (topic: string, more = {}) => ({ produce: { topic, value: 'hello', ...more } })

/** A driver on a broker that says what the script says. */
function withTarget(
  script: KafkaScript,
  body: (bench: Bench) => Promise<void>,
  settings: Request = {},
  context: Partial<DriverContext> = {},
): Promise<void> {
  return withKafkaScript(script, (broker) => {
    const config = kafkaPlugin.configSchema.parse({ brokers: [`127.0.0.1:${broker.port}`], ...settings })
    return withDriver(
      kafkaPlugin,
      config,
      (driver) =>
        body({
          broker,
          driver,
          ask: (request, options) => driveStep(kafkaPlugin, driver, request, options),
        }),
      { clock, connections: 1, ...context },
    )
  })
}

describe('The kafka driver', (test) => {
  test('waits for the acknowledgement that it is told to, and for none', () =>
    withTarget({}, async ({ ask, broker }) => {
      const all = await ask(produce('orders', { key: 'k', headers: { kind: 'new' } }))
      const leader = await ask(produce('orders', { acks: 1, messages: 3 }))
      const nobody = await ask(produce('orders', { acks: 0 }))

      assert.equal([all.kind, all.acknowledged, all.text], ['none', true, '[{"partition":0,"offset":"0"}]'])
      assert.equal([leader.kind, leader.items, leader.bytesSent], ['none', 3, 15])
      assert.equal(leader.measured, [['messages_published', 3]])
      assert.equal([nobody.kind, nobody.acknowledged, nobody.doneMs - nobody.sentMs], ['none', false, 0])
      await until(() => broker.produced.length === 3)
    }))

  for (const [code, kind, name] of [
    [2, 'nack', 'CORRUPT_MESSAGE'],
    [6, 'unavailable', 'NOT_LEADER_FOR_PARTITION'],
    [7, 'incomplete', 'REQUEST_TIMED_OUT'],
    [10, 'too-large', 'MESSAGE_TOO_LARGE'],
    [19, 'unavailable', 'NOT_ENOUGH_REPLICAS'],
    [20, 'incomplete', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'],
    [29, 'auth', 'TOPIC_AUTHORIZATION_FAILED'],
    [44, 'nack', 'POLICY_VIOLATION'],
  ] as const)
    test(`calls ${name} ${kind}, and sends the message once`, () =>
      withTarget({ produce: () => code }, async ({ ask, broker }) => {
        const { kind: found, status, errorText } = await ask(produce('orders'))

        assert.equal([found, status, kafkaPlugin.status.nameOf(status)], [kind, code, name])
        assert.ok(errorText.startsWith(`${name}: `), errorText)
        assert.is(broker.produced.length, 1)
      }))

  test('knows a code that the library does not know', () =>
    withTarget({ produce: () => 200 }, async ({ ask }) => {
      const { kind, errorText } = await ask(produce('orders'))
      assert.is(kind, 'nack')
      assert.match(errorText, /Unknown error code 200/)
    }))

  test('refuses a topic that is not there, and writes to the next one', () =>
    withTarget({ topicError: (topic) => (topic === 'nothing' ? 3 : 0) }, async ({ driver, ask, broker }) => {
      driver.compile(kafkaPlugin.requestSchema.parse(produce('nothing')), 'step')
      await driver.ready?.()
      const { kind, status } = await ask(produce('nothing'))

      assert.equal([kind, status], ['nack', 3])
      assert.is((await ask(produce('orders'))).kind, 'none')
      assert.equal(broker.produced, ['orders'])
    }))

  test('refuses a partition that is not there: the library takes it for written', () =>
    withTarget({}, async ({ ask, broker }) => {
      const acknowledged = await ask(produce('orders', { partition: 7 }))
      const handedOver = await ask(produce('orders', { partition: 7, acks: 0 }))

      assert.equal([acknowledged.kind, handedOver.kind], ['nack', 'nack'])
      assert.is(acknowledged.errorText, 'orders has no partition 7')
      assert.is(broker.produced.length, 0)
    }))

  test('calls partitions without a leader unavailable', () =>
    withTarget({ leader: -1 }, async ({ ask }) => {
      assert.is((await ask(produce('orders'))).kind, 'unavailable')
    }))

  test('fails a request whose variable is not set', () =>
    withTarget({}, async ({ ask }) => {
      assert.is((await ask(produce('orders', { key: '{{nothing}}' }))).kind, 'code')
    }))

  test('asks for the partitions of a topic before the first message', () =>
    withTarget({}, async ({ driver, broker }) => {
      const request = driver.compile(kafkaPlugin.requestSchema.parse(produce('orders')), 'step')
      await driver.ready?.()
      const before = broker.asked.length
      await driveStep(kafkaPlugin, driver, produce('orders'))

      assert.ok(request !== undefined)
      assert.equal(broker.asked.slice(before), [0])
    }))

  test('ends a message on which the broker hangs up, which is sent once', () =>
    withTarget({ produce: (topic) => (topic === 'cut' ? 'cut' : 0) }, async ({ ask, broker }) => {
      const { kind } = await ask(produce('cut'))
      assert.ok(['closed', 'reset'].includes(kind), kind)

      assert.is((await ask(produce('orders'))).kind, 'none')
      assert.equal(broker.produced, ['cut', 'orders'])
    }))

  test('gives up what is not answered, and takes the next answer for the next message', () =>
    withTarget({ produce: (topic) => (topic === 'silent' ? 'silent' : 0) }, async ({ ask, driver }) => {
      const late = await ask(produce('silent'), { timeouts: { totalMs: 60 } })

      assert.is(late.kind, 'timeout-total')
      assert.is((await ask(produce('orders'))).kind, 'none')
      assert.is(driver.stats().openConnections, 1)
    }))

  for (const [what, bytes] of [
    ['a size below zero', [0xff, 0xff, 0xff, 0xfc, 0, 0, 0, 0]],
    ['a frame without a number', [0, 0, 0, 2, 0, 0]],
    ['another protocol', [...Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')]],
  ] as const)
    test(`is not stopped by a broker that answers with ${what}`, () =>
      withTarget({ produce: (topic) => (topic === 'bad' ? Buffer.from(bytes) : 0) }, async ({ ask }) => {
        const { kind, errorText } = await ask(produce('bad'))

        assert.is(kind, 'protocol')
        assert.match(errorText, /this is no Kafka broker/)
        assert.is((await ask(produce('orders'))).kind, 'none')
      }))

  test('is not stopped by half an answer that ends with the connection', () =>
    withTarget({ produce: () => Buffer.from([0, 0, 0, 40, 0, 0, 0, 0]) }, async ({ ask, broker, driver }) => {
      const running = ask(produce('orders'), { timeouts: { totalMs: 60 } })
      assert.is((await running).kind, 'timeout-total')
      assert.is(broker.openConnections, 1)
      await driver.close()
    }))

  test('does not follow a cluster to a host that the target does not name', () =>
    withTarget({ host: 'kafka-2.invalid' }, async ({ ask }) => {
      const { kind, errorText } = await ask(produce('orders'))

      assert.is(kind, 'connect')
      assert.match(errorText, /a broker on kafka-2\.invalid:\d+, which the target does not name/)
    }))

  test('logs in as whoever it is told, and calls a wrong password auth', async () => {
    const script = { login: { user: 'test', password: 'right' } }
    const login = { user: 'test', password: '{{secret.PASSWORD}}' }
    await withTarget(
      script,
      async ({ ask }) => assert.is((await ask(produce('orders'))).kind, 'none'),
      login,
      { secrets: { PASSWORD: 'right' } },
    )
    await withTarget(
      script,
      async ({ ask }) => {
        const { kind, errorText } = await ask(produce('orders'))
        assert.is(kind, 'auth')
        assert.match(errorText, /that is not the password/)
      },
      login,
      { secrets: { PASSWORD: 'wrong' } },
    )
  })

  test('calls a way to log in that the broker does not have auth', () =>
    withTarget(
      { login: { user: 'test', password: 'right' } },
      async ({ ask }) => assert.is((await ask(produce('orders'))).kind, 'auth'),
      { user: 'test', password: '{{secret.PASSWORD}}', mechanism: 'scram-sha-512' },
      { secrets: { PASSWORD: 'right' } },
    ))

  test('encrypts, and trusts nobody whom it is not told to', async () => {
    const script = { tls: LOCALHOST_TLS }
    const kindWith = async (tls: Request) => {
      const kinds: string[] = []
      await withTarget(script, async ({ ask }) => void kinds.push((await ask(produce('orders'))).kind), {
        tls,
      })
      return kinds[0]
    }
    assert.is(await kindWith({ ca: LOCALHOST_CERT_FILE }), 'none')
    assert.is(await kindWith({ verify: false }), 'none')
    assert.is(await kindWith({}), 'tls')
  })

  test('takes the next broker when the first is not there', () =>
    withKafkaScript({}, async ({ port }) => {
      const config = { brokers: ['127.0.0.1:1', `127.0.0.1:${port}`] }
      await withDriver(kafkaPlugin, config, async (driver) => {
        assert.is((await driveStep(kafkaPlugin, driver, produce('orders'))).kind, 'none')
      })
    }))

  test('gives up a broker that takes connections and says nothing', () =>
    withTarget(
      { isDeaf: true },
      async ({ ask, driver }) => {
        assert.is((await ask(produce('orders'), { timeouts: { connectMs: 5000 } })).kind, 'timeout-connect')
        assert.is(driver.stats().openConnections, 0)
      },
      {},
      { defaultTimeouts: { connectMs: 60, firstByteMs: 1000, totalMs: 1000 } },
    ))

  test('says in one line that there is no broker', async () => {
    const config = kafkaPlugin.configSchema.parse({ brokers: ['127.0.0.1:1'] })
    const found = await kafkaPlugin.probe(config, clock)
    assert.is(found?.reachable, false)
    assert.match(found?.message ?? '', /^kafka:\/\/127\.0\.0\.1:1: refused/)

    const message = await withDriver(kafkaPlugin, config, async (driver) => driver.ready?.(), {
      connections: 1,
    }).catch((error) => `${error.code} ${error.message}`)
    assert.match(message ?? '', /^TARGET_UNREACHABLE kafka/)
  })

  test('gives code the same requests', () =>
    withTarget({}, async ({ driver }) => {
      const client = clientOf<KafkaClient>(driver)
      const answer = await client.produce({ topic: 'orders', value: '{{as it is}}' })

      assert.equal(answer.json(), [{ partition: 0, offset: '0' }])
    }))
})

describe('A batch of kafka', (test) => {
  const settle = async (code: number) => {
    const config = kafkaPlugin.configSchema.parse({ brokers: ['127.0.0.1:1'], consume: { topic: 'orders' } })
    const ledger = aLedgerRig(clock, kafkaPlugin.channelOf?.(config))
    await withTarget(
      { produce: () => code },
      async ({ ask }) => void (await ask(produce('orders', { messages: 5 }))),
      { consume: { topic: 'orders' } },
      { channel: ledger.channel },
    )
    const { published, refused, inDoubt, lost } = ledger.figures() as Record<string, number>
    return [published, refused, inDoubt, lost]
  }

  test('has a number of the ledger for each message: all are refused, or all in doubt', async () => {
    assert.equal(await settle(0), [5, 0, 0, 5])
    assert.equal(await settle(10), [0, 5, 0, 0])
    assert.equal(await settle(20), [5, 0, 5, 0])
  })
})

describe('The settings of kafka', (test) => {
  const problemOf = (config: Request) => kafkaPlugin.configSchema.safeParse(config).error?.issues[0]?.message

  test('are refused where they mean nothing', () => {
    assert.is(problemOf({ brokers: ['127.0.0.1'] }), 'host:port')
    assert.ok(problemOf({ brokers: [] }) !== undefined)
    assert.is(problemOf({ brokers: ['a:1'], user: 'u' }), 'a login is a user and a password')
    assert.match(problemOf({ brokers: ['a:1'], user: 'u', password: 'p' }) ?? '', /a secret/)
    assert.ok(problemOf({ brokers: ['a:1'], consume: { topic: 'a b' } }) !== undefined)
    for (const more of [{ json: {} }, { acks: 2 }, { messages: 0 }])
      assert.is(kafkaPlugin.requestSchema.safeParse(produce('orders', more)).success, false)
  })

  test('are made of a URL, and name their hosts', () => {
    assert.equal(kafkaPlugin.atUrl?.('kafka://127.0.0.1:9092'), { brokers: ['127.0.0.1:9092'] })
    assert.is(kafkaPlugin.atUrl?.('http://127.0.0.1:9092'), null)
    assert.equal(kafkaPlugin.hostsOf({ brokers: ['a:1', 'b:1', 'a:2'] }), ['a', 'b'])
  })
})
