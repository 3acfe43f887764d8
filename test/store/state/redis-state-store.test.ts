import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { HarnessError } from '../../../harness/base/errors.ts'
import type { StateStore } from '../../../harness/ports/state-store.ts'
import { RedisStateStore } from '../../../harness/store/state/redis-state-store.ts'
import { stateStoreContract } from '../../contract/state-store.ts'
import { ForgetfulProxy } from '../../kit/forgetful-proxy.ts'
import { HAS_REDIS, REDIS_HINT, RedisServer, withRedis } from '../../kit/redis-server.ts'
import { rejectionOf } from '../../kit/scenario-documents.ts'
import { raceOfProcesses } from '../../kit/state-races.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

async function opened(location: string, body: (store: StateStore) => Promise<void>): Promise<void> {
  const store = new RedisStateStore(location)
  try {
    await body(store)
  } finally {
    await store.close()
  }
}

/** Calls until the server is seen again. */
function untilBack(store: StateStore): Promise<true> {
  return until(async () => {
    try {
      await store.get('a')
      return true
    } catch (error) {
      assert.is((error as HarnessError).code, 'STATE_UNREACHABLE')
      return false
    }
  }, 20)
}

const everyCall = (store: StateStore): readonly Promise<unknown>[] => [
  store.get('a'),
  store.set('a', 'x'),
  store.setIfAbsent('a', 'x'),
  store.compareAndSet('a', null, 'x'),
  store.delete('a'),
  store.append('log', 'x'),
  store.lines('log'),
]

if (!HAS_REDIS)
  describe('RedisStateStore', (test) => {
    test.skip('keeps every promise', REDIS_HINT)
  })
else {
  stateStoreContract('RedisStateStore', (body) =>
    withRedis(({ url }) =>
      opened(url, (store) => opened(url, (other) => body({ store, other, moment: () => sleep(10) }))),
    ),
  )

  describe('RedisStateStore', (test) => {
    test('is changed by several processes at once, and nothing is lost', () =>
      withRedis(({ url }) => raceOfProcesses(url)))

    test('fails while the server is away, and works again when it is back', () =>
      withRedis((server) =>
        opened(server.url, async (store) => {
          await store.set('a', 'before')
          await server.kill()
          for (let outage = 0; outage < 2; outage++) {
            await Promise.all(everyCall(store).map((call) => rejectionOf(call, 'STATE_UNREACHABLE')))
            await sleep(100)
          }
          await server.start()
          await untilBack(store)
          assert.is(await store.get('a'), null)
          await store.append('log', 'again')
          assert.equal(await store.lines('log'), ['again'])
        }),
      ))

    test('fails what is under way when the server is killed, and does none of it twice', () =>
      withRedis((server) =>
        opened(server.url, async (store) => {
          await store.get('a')
          const calls = Promise.allSettled(Array.from({ length: 500 }, () => store.append('log', 'x')))
          await server.kill()
          for (const call of await calls)
            if (call.status === 'rejected') assert.is(call.reason.code, 'STATE_UNREACHABLE')
          await server.start()
          await untilBack(store)
          assert.equal(await store.lines('log'), [])
        }),
      ))

    test('does not hang at a server that says nothing, and finds it again', () =>
      withRedis((server) =>
        opened(server.url, async (store) => {
          await store.get('a')
          server.pause()
          await Promise.all(everyCall(store).map((call) => rejectionOf(call, 'STATE_UNREACHABLE')))
          server.resume()
          await untilBack(store)
        }),
      ))

    test('makes a new connection when nothing comes through the old one', () =>
      withRedis(async ({ port, url }) => {
        const proxy = await ForgetfulProxy.before(port)
        try {
          await opened(url.replace(`${port}`, `${proxy.port}`), async (store) => {
            await store.set('a', 'x')
            proxy.forget()
            await rejectionOf(store.get('a'), 'STATE_UNREACHABLE')
            await untilBack(store)
            assert.is(await store.get('a'), 'x')
          })
        } finally {
          await proxy.close()
        }
      }))

    test('works with a server that is started after it', async () => {
      const server = await RedisServer.start()
      await server.kill()
      await opened(server.url, async (store) => {
        await rejectionOf(store.get('a'), 'STATE_UNREACHABLE')
        await server.start()
        await untilBack(store)
      })
      await server.remove()
    })

    test('says what is wrong with a password, and never the password', () =>
      withRedis(async ({ url }) => {
        await opened(url, (store) => store.set('a', 'x'))
        await opened(url.replace('s3cret', 'wr0ng'), async (store) => {
          const error = await rejectionOf(store.get('a'), 'STATE_UNREACHABLE')
          assert.match(error.message, /:\*\*\*@127.*WRONGPASS/)
          assert.not.match(JSON.stringify({ ...error, cause: { ...(error.cause as object) } }), /wr0ng/)
        })
      }, 's3cret'))

    test('is closed for good, with calls under way or the server away', () =>
      withRedis(async (server) => {
        const store = new RedisStateStore(server.url)
        const underWay = rejectionOf(store.get('a'), 'STATE_UNREACHABLE')
        await store.close()
        assert.match((await underWay).message, 'closed')
        await rejectionOf(store.get('a'), 'STATE_UNREACHABLE')
        await store.close()
        await server.kill()
        const away = new RedisStateStore(server.url)
        await rejectionOf(away.get('a'), 'STATE_UNREACHABLE')
        await away.close()
      }))

    test('takes no address that is none, and does not repeat it', () => {
      assert.throws(
        () => new RedisStateStore('redis://me:s3cret@ho st:6379'),
        (error: unknown) =>
          error instanceof HarnessError && error.code === 'USAGE' && !/s3cret/.test(error.message),
      )
    })
  })
}
