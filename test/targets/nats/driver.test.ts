import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { type DriveOptions, driveStep } from '../../../harness/contract/driven-exchange.ts'
import type { DriverContext, TargetDriver } from '../../../harness/ports/target.ts'
import type { NatsClient } from '../../../harness/targets/nats/client.ts'
import { natsPlugin } from '../../../harness/targets/nats/index.ts'
import { clientOf, withDriver } from '../../kit/drive.ts'
import { aLedgerRig } from '../../kit/ledger-rig.ts'
import { answerOn, HAS_NATS, NATS_HINT, withNats } from '../../kit/nats-server.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

type Nats = Parameters<Parameters<typeof withNats>[0]>[0]
type Request = Readonly<Record<string, unknown>>

type Declare = (title: string, body: () => Promise<void>) => void

const clock = createSystemClock()

/** A driver on a server of its own, with the ledger that its `consume` asks for; what it needs is made and removed. */
function withTarget(
  settings: Readonly<Record<string, unknown>>,
  body: (
    target: Nats & {
      driver: TargetDriver
      ledger: ReturnType<typeof aLedgerRig>
      ask(request: Request, options?: DriveOptions): ReturnType<typeof driveStep>
    },
  ) => Promise<void>,
  options: readonly string[] = [],
  context: Partial<DriverContext> = {},
): Promise<void> {
  return withNats(
    async (nats) => {
      const config = natsPlugin.configSchema.parse({ url: nats.url, ...settings })
      const ledger = aLedgerRig(clock, natsPlugin.channelOf?.(config))
      const made = await natsPlugin.provision?.(config, { clock, runId: 'run-1', secrets: {} })
      const channel = config['consume'] === undefined ? null : ledger.channel
      await withDriver(
        natsPlugin,
        config,
        async (driver) => {
          await driver.ready?.()
          await body({
            ...nats,
            driver,
            ledger,
            ask: (request, asked) => driveStep(natsPlugin, driver, request, asked),
          })
        },
        { clock, connections: 1, channel, events: ledger.events, provisioned: made?.value ?? {}, ...context },
      )
      await made?.release()
    },
    ...options,
  )
}

const inTurn = async (count: number, ask: (index: number) => Promise<unknown>) => {
  for (let index = 0; index < count; index++) await ask(index)
}

describe('The nats driver', (declare) => {
  const test: Declare = HAS_NATS ? declare : (title) => declare.skip(title, NATS_HINT)

  test('publishes without an answer: handed over, not acknowledged, in the body and headers of the step', () =>
    withTarget({}, async ({ ask, own }) => {
      const seen: string[] = []
      own.subscribe('orders.*', {
        callback: (_error, { subject, headers, ...message }) =>
          void seen.push(`${subject} ${message.string?.()} ${headers?.get('kind')}`),
      })
      own.subscribe('orders.*', { callback: (_error, message) => void seen.push(message.string()) })
      await own.flush()
      const publish = { subject: 'orders.{{id}}', json: { id: '{{id}}' }, headers: { kind: 'k{{id}}' } }
      const { kind, acknowledged, sentMs, doneMs, measured } = await ask(
        { publish },
        { variables: { id: '7' } },
      )

      assert.equal([kind, acknowledged, doneMs - sentMs], ['none', false, 0])
      assert.equal(measured, [['messages_published', 1]])
      await until(() => seen.length === 2)
      assert.ok(seen.includes('{"id":"7"}'))
    }))

  test('waits for a PONG where it is to flush', () =>
    withTarget({}, async ({ ask }) => {
      const { kind, acknowledged, firstByteMs } = await ask({
        publish: { subject: 'a', size: '1KiB', flush: true },
      })

      assert.equal([kind, acknowledged], ['none', true])
      assert.ok(firstByteMs > 0)
    }))

  test('waits for the answer of a request, and keeps it', () =>
    withTarget({}, async ({ ask, own }) => {
      await answerOn(own)
      const { kind, text, status, bytesReceived } = await ask({
        request: { subject: 'answered', payload: 'hello' },
      })

      assert.equal([kind, text, status, bytesReceived], ['none', 'hello', 200, 5])
    }))

  test('calls a subject without responders unavailable', () =>
    withTarget({}, async ({ ask }) => {
      const { kind, status } = await ask({ request: { subject: 'nobody' } })

      assert.equal([kind, status], ['unavailable', 503])
    }))

  test('stores in a stream, and calls a subject of no stream unavailable', () =>
    withTarget({ streams: [{ name: 'S', subjects: ['s.>'], storage: 'memory' }] }, async ({ ask }) => {
      const stored = await ask({ jetstream: { publish: { subject: 's.1', payload: 'x' } } })
      const nowhere = await ask({ jetstream: { publish: { subject: 't.1' } } })

      assert.equal([stored.kind, JSON.parse(stored.text).seq], ['none', 1])
      assert.is(nowhere.kind, 'unavailable')
    }))

  test('writes and reads keys; one that is missing is answered, with its status', () =>
    withTarget({ buckets: ['B'] }, async ({ ask }) => {
      const put = await ask(
        { kv: { put: { bucket: 'B', key: 'k.{{id}}', payload: 'value' } } },
        { variables: { id: '1' } },
      )
      const got = await ask({ kv: { get: { bucket: 'B', key: 'k.1' } } })
      const missing = await ask({ kv: { get: { bucket: 'B', key: 'k.2' } } })

      assert.equal([put.kind, got.kind, got.text, got.items], ['none', 'none', 'value', 1])
      assert.equal([missing.kind, missing.status], ['none', 404])
      assert.is(natsPlugin.status.isGood(404), false)
    }))

  test('removes the streams and buckets that it made, and no other', () =>
    withNats(async ({ url, own }) => {
      const streamsOf = async () =>
        JSON.parse((await own.request('$JS.API.STREAM.NAMES')).string()).streams ?? []
      const provision = (name: string) => {
        const config = natsPlugin.configSchema.parse({
          url,
          streams: [{ name, subjects: [name] }],
          buckets: ['B'],
        })
        return natsPlugin.provision?.(config, { clock, runId: 'run-1', secrets: {} })
      }
      const first = await provision('A')
      const second = await provision('A')
      await second?.release()
      assert.equal((await streamsOf()).sort(), ['A', 'KV_B'])
      await first?.release()
      await first?.release()
      assert.equal(await streamsOf(), [])
    }))

  test('refuses a message that the server does not take, and stays connected', () =>
    withTarget({}, async ({ ask, driver }) => {
      const { kind, errorText } = await ask({ publish: { subject: 'a', size: '2MiB' } })

      assert.is(kind, 'too-large')
      assert.match(errorText, /the server takes 1048576/)
      assert.is((await ask({ publish: { subject: 'a', flush: true } })).kind, 'none')
      assert.is(driver.stats().openConnections, 1)
    }))

  test('fails a request whose variable is not set', () =>
    withTarget({}, async ({ ask }) => {
      assert.is((await ask({ publish: { subject: 'a.{{nothing}}' } })).kind, 'code')
    }))

  test('ends what was under way once when the server dies, and connects again when it is back', () =>
    withTarget({}, async ({ ask, own, process }) => {
      await answerOn(own)
      const running = [1, 2, 3].map(() => ask({ request: { subject: 'silent' } }))
      await until(() => own.stats().inMsgs >= 3)
      await process.kill()
      for (const { kind, settledCount } of await Promise.all(running))
        assert.equal([kind, settledCount], ['closed', 1])

      // Nothing is queued while there is no server.
      assert.is((await ask({ publish: { subject: 'a', flush: true } })).kind, 'refused')
      await process.start()
      const { kind, connectMs } = await ask({ publish: { subject: 'a', flush: true } })
      assert.is(kind, 'none')
      assert.ok(connectMs > 0)
    }))

  test('times out with a server that stands still, and hears the next answer when it goes on', () =>
    withTarget({}, async ({ ask, process }) => {
      await process.pause()
      const { kind } = await ask({ publish: { subject: 'a', flush: true } }, { timeouts: { totalMs: 100 } })
      process.resume()

      assert.is(kind, 'timeout-total')
      assert.is((await ask({ publish: { subject: 'a', flush: true } })).kind, 'none')
    }))

  test('connects as whoever it is told, and calls a wrong password auth', async () => {
    const login = ['--user', 'test', '--pass', 'test']
    await withTarget(
      { user: 'test', password: '{{secret.PASSWORD}}' },
      async ({ ask }) => {
        assert.is((await ask({ publish: { subject: 'a', flush: true } })).kind, 'none')
      },
      login,
      { secrets: { PASSWORD: 'test' } },
    )

    await withNats(
      async ({ url }) => {
        const config = natsPlugin.configSchema.parse({ url, user: 'test', password: 'wrong' })
        await withDriver(natsPlugin, config, async (driver) => {
          assert.is((await driveStep(natsPlugin, driver, { publish: { subject: 'a' } })).kind, 'auth')
        })
        assert.match((await natsPlugin.probe(config, clock))?.message ?? '', /asks for a login/)
      },
      ...login,
    )
  })

  test('says in one line that there is no server', async () => {
    const config = natsPlugin.configSchema.parse({ url: 'nats://127.0.0.1:1' })
    const found = await natsPlugin.probe(config, clock)
    assert.is(found?.reachable, false)
    assert.match(found?.message ?? '', /^nats:\/\/127\.0\.0\.1:1: refused/)

    const message = await withDriver(natsPlugin, config, async (driver) => driver.ready?.(), {
      connections: 1,
    }).catch((error) => `${error.code} ${error.message}`)
    assert.match(message ?? '', /^TARGET_UNREACHABLE nats/)
  })

  test('gives code the same requests', () =>
    withTarget({ buckets: ['B'] }, async ({ driver, own }) => {
      await answerOn(own)
      const client = clientOf<NatsClient>(driver)
      assert.is(
        (await client.request({ subject: 'answered', payload: '{{as it is}}' })).text(),
        '{{as it is}}',
      )
      assert.ok((await client.publish({ subject: 'a' })).ok)
      assert.ok((await client.put({ bucket: 'B', key: 'k', payload: 'v' })).ok)
      assert.is((await client.get({ bucket: 'B', key: 'k' })).text(), 'v')
    }))
})

describe('The consumers of nats', (declare) => {
  const test: Declare = HAS_NATS ? declare : (title) => declare.skip(title, NATS_HINT)

  test('account for every message: each member gets it, or one of a queue group', async () => {
    for (const [queue, expected] of [
      [undefined, 300],
      ['q', 100],
    ] as const)
      await withTarget(
        { consume: { subject: 'a.>', members: 3, queue } },
        async ({ ask, driver, ledger }) => {
          await inTurn(100, (i) => ask({ publish: { subject: `a.${i}` } }))
          await ask({ publish: { subject: 'b' } })
          await driver.quiesce?.(clock.nowMs() + 5000)

          const { published, delivered, lost, duplicates, foreign } = ledger.figures()
          assert.equal([published, delivered, lost, duplicates, foreign], [expected, expected, 0, 0, 0])
          assert.is(ledger.times.length, expected)
          assert.ok(ledger.times.every((time) => time >= 0))
        },
      )
  })

  test('tell messages of others apart', () =>
    withTarget({ consume: { subject: 'a' } }, async ({ ask, own, driver, ledger }) => {
      own.publish('a', 'from somebody')
      await own.flush()
      await ask({ publish: { subject: 'a' } })
      await driver.quiesce?.(clock.nowMs() + 5000)

      const { published, delivered, foreign } = ledger.figures()
      assert.equal([published, delivered, foreign], [1, 1, 1])
    }))

  test('count as lost what nobody held while they were away, and come back', () =>
    withTarget({ consume: { subject: 'a' } }, async ({ ask, process, driver, ledger }) => {
      await ask({ publish: { subject: 'a', flush: true } })
      await until(() => ledger.times.length === 1)
      await process.kill()
      await process.start()
      await until(() => driver.stats().openConnections >= 1)
      await ask({ publish: { subject: 'a', flush: true } })
      await driver.quiesce?.(clock.nowMs() + 2000)

      const { published, delivered, lost, inDoubt } = ledger.figures()
      assert.is(delivered + lost + inDoubt, published)
      assert.is(published, 2)
      assert.match(ledger.faults.join('\n'), /consume a: closed: a consumer: |consume a: /)
    }))

  test('of a stream lose nothing when the server is killed and comes back', () =>
    withTarget(
      {
        streams: [{ name: 'S', subjects: ['s.>'] }],
        consume: { subject: 's.>', stream: 'S', members: 2, ackWait: '1s', work: '0ms..2ms' },
      },
      async ({ ask, process, driver, ledger }) => {
        await inTurn(100, (i) => ask({ jetstream: { publish: { subject: `s.${i}` } } }))
        await process.kill()
        await process.start()
        await inTurn(100, (i) => ask({ jetstream: { publish: { subject: `s.${i}` } } }))
        await driver.quiesce?.(clock.nowMs() + 20_000)

        const { published, delivered, lost, inDoubt } = ledger.figures()
        assert.equal([published, delivered, lost, inDoubt], [200, 200, 0, 0])
      },
    ))

  test('wait no longer than they may for what does not come', () =>
    withTarget({ consume: { subject: 'a.>' } }, async ({ ask, driver, ledger, process }) => {
      await process.pause()
      await ask({ publish: { subject: 'a.1' } })
      const fromMs = clock.nowMs()
      await driver.quiesce?.(fromMs + 100)
      process.resume()

      assert.ok(clock.nowMs() - fromMs >= 100)
      assert.is(ledger.figures().lost, 1)
    }))
})
