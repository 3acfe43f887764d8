import { Redis } from 'ioredis'
import * as assert from 'uvu/assert'
import type { HarnessError } from '../../../harness/base/errors.ts'
import type { EventBus } from '../../../harness/ports/event-bus.ts'
import { RedisEventBus } from '../../../harness/telemetry/bus/redis-event-bus.ts'
import { anEvent, Ear, eventBusContract } from '../../contract/event-bus.ts'
import { HAS_REDIS, REDIS_HINT, withRedis } from '../../kit/redis-server.ts'
import { rejectionOf } from '../../kit/scenario-documents.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

async function opened(location: string, body: (bus: EventBus) => Promise<void>): Promise<void> {
  const bus = new RedisEventBus(location)
  try {
    await body(bus)
  } finally {
    await bus.close()
  }
}

/** Publishes until it is heard. */
async function publishUntilHeard(bus: EventBus, ear: Ear): Promise<void> {
  const before = ear.heard.length
  await until(async () => {
    try {
      await bus.publish([anEvent('run.1')])
    } catch (error) {
      assert.is((error as HarnessError).code, 'STATE_UNREACHABLE')
    }
    return ear.heard.length > before
  }, 20)
}

if (!HAS_REDIS)
  describe('RedisEventBus', (test) => {
    test.skip('keeps every promise', REDIS_HINT)
  })
else {
  eventBusContract('RedisEventBus', (body) =>
    withRedis(({ url }) => opened(url, (bus) => opened(url, (other) => body({ bus, other })))),
  )

  describe('RedisEventBus', (test) => {
    test('fails while the server is away, and listens again when it is back, each time', () =>
      withRedis((server) =>
        opened(server.url, (bus) =>
          opened(server.url, async (other) => {
            const [ear, all] = [new Ear(), new Ear()]
            const end = await other.subscribe('run.*', ear.listen)
            await other.subscribe('*', all.listen)
            for (let outage = 0; outage < 2; outage++) {
              await server.kill()
              await rejectionOf(bus.publish([anEvent('run.1')]), 'STATE_UNREACHABLE')
              await rejectionOf(other.subscribe('late', ear.listen), 'STATE_UNREACHABLE')
              await server.start()
              await publishUntilHeard(bus, ear)
            }
            assert.ok(all.heard.length > 0)
            await server.kill()
            await end()
            await server.start()
            const before = ear.heard.length
            await publishUntilHeard(bus, all)
            assert.is(ear.heard.length, before)
          }),
        ),
      ))

    test('passes over what is no event', () =>
      withRedis(({ url }) =>
        opened(url, async (bus) => {
          const ear = new Ear()
          await bus.subscribe('*', ear.listen)
          const stranger = new Redis(url)
          for (const text of ['', 'hello', '{"topic":"run"}', 'null'])
            await stranger.publish('proofload:event:run', text)
          stranger.disconnect()
          await bus.publish([anEvent('run')])
          await ear.hears(1)
          assert.equal(ear.heard, [anEvent('run')])
        }),
      ))

    test('says what is wrong with a password, and never the password', () =>
      withRedis(
        ({ url }) =>
          opened(url.replace('s3cret', 'wr0ng'), async (bus) => {
            for (const call of [
              () => bus.publish([anEvent('a')]),
              () => bus.subscribe('a', () => undefined),
            ]) {
              const { message } = await rejectionOf(call(), 'STATE_UNREACHABLE')
              assert.match(message, /:\*\*\*@127.*WRONGPASS/)
            }
          }),
        's3cret',
      ))
  })
}
