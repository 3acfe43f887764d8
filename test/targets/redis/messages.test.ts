import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { type DriveOptions, driveStep } from '../../../harness/contract/driven-exchange.ts'
import type { TargetDriver } from '../../../harness/ports/target.ts'
import type { RedisClient } from '../../../harness/targets/redis/client.ts'
import { redisPlugin } from '../../../harness/targets/redis/index.ts'
import { clientOf, withDriver } from '../../kit/drive.ts'
import { aLedgerRig } from '../../kit/ledger-rig.ts'
import { HAS_REDIS, REDIS_HINT, type RedisServer, withRedis } from '../../kit/redis-server.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

type Request = Readonly<Record<string, unknown>>
type Declare = (title: string, body: () => Promise<void>) => void

interface Target {
  readonly server: RedisServer
  readonly driver: TargetDriver
  readonly ledger: ReturnType<typeof aLedgerRig>
  ask(request: Request, options?: DriveOptions): ReturnType<typeof driveStep>
}

const clock = createSystemClock()
const CHANNEL = { consume: { channel: 'news', members: 2 } }
const STREAM = { consume: { stream: 'orders', members: 2, prefetch: 10 } }
const publish = { publish: { channel: 'news', payload: 'hello' } }
const add = { add: { stream: 'orders', json: { id: '{{id}}' } } }

/** A driver on a server of its own, with the ledger that its `consume` asks for. */
function withTarget(settings: object, body: (target: Target) => Promise<void>): Promise<void> {
  return withRedis(async (server) => {
    const config = redisPlugin.configSchema.parse({ url: server.url, ...settings })
    const ledger = aLedgerRig(clock, redisPlugin.channelOf?.(config))
    const made = await redisPlugin.provision?.(config, { clock, runId: 'run-1', secrets: {} })
    const channel = 'consume' in settings ? ledger.channel : null
    await withDriver(
      redisPlugin,
      config,
      async (driver) => {
        await driver.ready?.()
        const ask = (request: Request, options?: DriveOptions) =>
          driveStep(redisPlugin, driver, request, options)
        await body({ server, driver, ledger, ask })
      },
      { clock, connections: 2, channel, events: ledger.events, provisioned: made?.value ?? {} },
    )
    await made?.release()
  })
}

const inTurn = async (count: number, ask: (id: string) => Promise<unknown>) => {
  for (let index = 0; index < count; index++) await ask(`${index}`)
}

const accountOf = ({ ledger }: Target) => {
  const { published, delivered, lost, inDoubt, duplicates } = ledger.figures()
  return { published, delivered, lost, inDoubt, duplicates }
}

describe('Messages of redis', (declare) => {
  const test: Declare = HAS_REDIS ? declare : (title) => declare.skip(title, REDIS_HINT)

  test('published on a channel reach every subscriber, with the body behind the header', () =>
    withTarget(CHANNEL, async (target) => {
      const { kind, measured, items } = await target.ask(publish)
      await inTurn(19, () => target.ask(publish))
      await until(() => target.ledger.channel.pending() === 0)

      assert.equal([kind, items], ['none', 1])
      assert.equal(measured, [['messages_published', 1]])
      assert.equal(accountOf(target), { published: 40, delivered: 40, lost: 0, inDoubt: 0, duplicates: 0 })
      assert.is(target.ledger.times.length, 40)
      assert.is(target.ledger.figures().reordered, 0)
    }))

  test('on a channel that nobody of this target consumes are no concern of its ledger', () =>
    withTarget(CHANNEL, async (target) => {
      await target.ask({ publish: { channel: 'other', size: '1KiB' } })
      await target.ask({ command: ['PUBLISH', 'news', 'of somebody else'] })
      await until(() => target.ledger.figures().foreign === 2)

      assert.is(target.ledger.figures().published, 0)
    }))

  test('to subscribers that are away are lost, and told of', () =>
    withTarget(CHANNEL, async (target) => {
      await inTurn(5, () => target.ask(publish))
      await until(() => target.ledger.channel.pending() === 0)
      await target.ask({ command: ['CLIENT', 'KILL', 'TYPE', 'pubsub'] })
      await inTurn(5, () => target.ask(publish))
      await until(
        async () => (await target.ask({ command: ['PUBSUB', 'NUMSUB', 'news'] })).text === '["news",2]',
      )
      await inTurn(5, () => target.ask(publish))
      await until(() => target.ledger.channel.pending() <= 10)
      await target.driver.quiesce?.(clock.nowMs() + 200)

      assert.equal(accountOf(target), { published: 30, delivered: 20, lost: 10, inDoubt: 0, duplicates: 0 })
      assert.is(target.ledger.faults.length, 2)
      assert.match(target.ledger.faults[0] ?? '', /consume news: reset/)
    }))

  test('added to a stream reach one member each', () =>
    withTarget(STREAM, async (target) => {
      await inTurn(100, (id) => target.ask(add, { variables: { id } }))
      await until(() => target.ledger.channel.pending() === 0)

      assert.equal(accountOf(target), { published: 100, delivered: 100, lost: 0, inDoubt: 0, duplicates: 0 })
      const left = await target.ask({ command: ['XPENDING', 'orders', 'proofload-run-1'] })
      await until(async () =>
        (await target.ask({ command: ['XPENDING', 'orders', 'proofload-run-1'] })).text.startsWith('[0'),
      )
      assert.is(left.kind, 'none')
      const [first] = JSON.parse(
        (await target.ask({ command: ['XRANGE', 'orders', '-', '+', 'COUNT', 1] })).text,
      )
      assert.equal(first[1].slice(0, 2), ['payload', '{"id":"0"}'])
    }))

  test('that a member held when its connection was lost are delivered to it again: twice, and none is lost', () =>
    withTarget({ consume: { ...STREAM.consume, members: 1, work: '5s' } }, async (target) => {
      await inTurn(10, (id) => target.ask(add, { variables: { id } }))
      await until(() => target.ledger.channel.pending() === 0)
      const clients = JSON.parse((await target.ask({ command: ['CLIENT', 'LIST'] })).text)
      const [, reader] = /id=(\d+) [^\n]*cmd=xreadgroup/.exec(clients) ?? []
      await target.ask({ command: ['CLIENT', 'KILL', 'ID', reader ?? ''] })
      await until(() => target.ledger.figures().duplicates === 10)

      assert.equal(accountOf(target), { published: 10, delivered: 10, lost: 0, inDoubt: 0, duplicates: 10 })
    }))

  test('that the server refuses are neither published nor lost', () =>
    withTarget(STREAM, async (target) => {
      await target.ask({ command: ['CONFIG', 'SET', 'maxmemory', '1'] })
      const { status } = await target.ask(add, { variables: { id: '1' } })
      await target.ask({ command: ['CONFIG', 'SET', 'maxmemory', '0'] })

      assert.is(redisPlugin.status.nameOf(status), 'OOM')
      assert.equal(accountOf(target), { published: 0, delivered: 0, lost: 0, inDoubt: 0, duplicates: 0 })
    }))

  test('under way when the server is killed are in doubt; its consumers come back with it', () =>
    withTarget(STREAM, async (target) => {
      await inTurn(5, (id) => target.ask(add, { variables: { id } }))
      await until(() => target.ledger.channel.pending() === 0)
      target.server.pause()
      const doubtful = target.ask(add, { variables: { id: 'x' } })
      await target.server.kill()
      assert.is((await doubtful).kind, 'reset')
      await target.server.start()
      await until(async () => (await target.ask(add, { variables: { id: 'y' } })).kind === 'none')
      await until(() => target.ledger.figures().delivered === 6)

      const { published, delivered, lost, inDoubt } = accountOf(target)
      assert.equal([delivered, lost], [6, 0])
      assert.ok(inDoubt >= 1)
      assert.is(published, delivered + inDoubt)
    }))

  test('of code are sent as those of steps are', () =>
    withTarget(STREAM, async (target) => {
      const client = clientOf<RedisClient>(target.driver)
      const { ok } = await client.add({ stream: 'orders', payload: '{{braces}}', maxLength: 1000 })
      await client.publish({ channel: 'news', json: { id: 7 } })
      await until(() => target.ledger.figures().delivered === 1)

      assert.ok(ok)
    }))

  test('leave nothing behind that was made for them', () =>
    withRedis(async (server) => {
      const config = redisPlugin.configSchema.parse({ url: server.url, ...STREAM })
      await withDriver(redisPlugin, { url: server.url }, async (driver) => {
        const ask = (...command: string[]) => driveStep(redisPlugin, driver, { command })
        const provision = () => redisPlugin.provision?.(config, { clock, runId: 'run-1', secrets: {} })

        const own = await provision()
        assert.is((await ask('EXISTS', 'orders')).text, '1')
        await own?.release()
        await own?.release()
        assert.is((await ask('EXISTS', 'orders')).text, '0')

        await ask('XADD', 'orders', '*', 'a', 'b')
        const beside = await provision()
        await beside?.release()
        assert.is((await ask('XLEN', 'orders')).text, '1')
        assert.is((await ask('XINFO', 'GROUPS', 'orders')).text, '[]')
      })
    }))

  test('need one place to be consumed from, and one body', () => {
    const config = (consume: object) =>
      redisPlugin.configSchema.safeParse({ url: 'redis://127.0.0.1:1', consume }).success
    assert.equal([{}, { channel: 'a' }, { stream: 'a' }, { channel: 'a', stream: 'b' }].map(config), [
      false,
      true,
      true,
      false,
    ])
    const request = { add: { stream: 'a', payload: 'x', size: '1KiB' } }
    assert.is(redisPlugin.requestSchema.safeParse(request).success, false)
    return Promise.resolve()
  })
})
