import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { driveStep } from '../../../harness/contract/driven-exchange.ts'
import { redisPlugin } from '../../../harness/targets/redis/index.ts'
import { withDriver } from '../../kit/drive.ts'
import { HAS_REDIS, REDIS_HINT, withRedis } from '../../kit/redis-server.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

describe('A real Redis server', (test) => {
  const withServer = HAS_REDIS ? test : (title: string) => test.skip(title, REDIS_HINT)

  withServer('is timed as long as it sleeps', () =>
    withRedis(({ url }) =>
      withDriver(redisPlugin, { url }, async (driver) => {
        const { kind, sentMs, firstByteMs } = await driveStep(redisPlugin, driver, {
          command: [
            'EVAL',
            "local s = redis.call('TIME') repeat local n = redis.call('TIME') until (n[1]-s[1])*1e6+n[2]-s[2] >= 50000 return 1",
            0,
          ],
        })
        assert.is(kind, 'none')
        assert.ok(firstByteMs - sentMs >= 50, `${firstByteMs - sentMs}`)
      }),
    ),
  )

  withServer('answers reads, writes, transactions and wrong types', () =>
    withRedis(({ url }) =>
      withDriver(redisPlugin, { url: `${url}/3` }, async (driver) => {
        const ask = (request: Readonly<Record<string, unknown>>) => driveStep(redisPlugin, driver, request)
        assert.is((await ask({ command: ['HSET', 'h', 'f', 'v'] })).text, '1')
        assert.is((await ask({ command: ['HGETALL', 'h'] })).text, '{"f":"v"}')
        assert.is(
          (
            await ask({
              multi: [
                ['INCR', 'n'],
                ['INCR', 'n'],
              ],
            })
          ).text,
          '[1,2]',
        )
        assert.is(redisPlugin.status.nameOf((await ask({ command: ['INCR', 'h'] })).status), 'WRONGTYPE')
      }),
    ),
  )

  withServer('that is out of memory, or kills a connection, says so', () =>
    withRedis(({ url }) =>
      withDriver(redisPlugin, { url }, async (driver) => {
        const ask = (...command: string[]) => driveStep(redisPlugin, driver, { command })
        await ask('CONFIG', 'SET', 'maxmemory', '1')
        const full = await ask('SET', 'a', 'b')
        assert.is(redisPlugin.status.nameOf(full.status), 'OOM')
        const killed = await ask('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'no')
        assert.ok(['none', 'reset'].includes(killed.kind), killed.kind)
        await until(async () => (await ask('PING')).kind === 'none')
      }),
    ),
  )

  withServer('that is killed resets what was under way, and is used again when it is back', () =>
    withRedis((server) =>
      withDriver(
        redisPlugin,
        { url: server.url },
        async (driver) => {
          await driver.ready?.()
          const ping = () => driveStep(redisPlugin, driver, { command: ['PING'] })
          const popped = driveStep(redisPlugin, driver, { command: ['BLPOP', 'list', '0'] })
          assert.is((await ping()).kind, 'none')
          await server.kill()
          assert.is((await popped).kind, 'reset')
          assert.ok(['refused', 'reset'].includes((await ping()).kind))
          await server.start()
          assert.is((await ping()).kind, 'none')
        },
        { connections: 2 },
      ),
    ),
  )

  withServer('that stands still is waited for as long as is said, and not asked twice', () =>
    withRedis((server) =>
      withDriver(redisPlugin, { url: server.url }, async (driver) => {
        const incr = (totalMs: number) =>
          driveStep(redisPlugin, driver, { command: ['INCR', 'n'] }, { timeouts: { totalMs } })
        await incr(5_000)
        server.pause()
        assert.is((await incr(60)).kind, 'timeout-total')
        server.resume()
        // Carried out once by the server, whatever the client thought of it.
        assert.is((await incr(60_000)).text, '3')
      }),
    ),
  )

  withServer('with a password lets in who has it', () =>
    withRedis(async (server) => {
      const config = { url: `redis://127.0.0.1:${server.port}`, password: '{{secret.PW}}' }
      const kindWith = async (PW: string) => {
        let kind = ''
        const body = async (driver: Parameters<Parameters<typeof withDriver>[2]>[0]) => {
          kind = (await driveStep(redisPlugin, driver, { command: ['PING'] })).kind
        }
        await withDriver(redisPlugin, config, body, { secrets: { PW } })
        return kind
      }
      assert.equal([await kindWith('wrong'), await kindWith('right')], ['auth', 'none'])
    }, 'right'),
  )

  withServer('is found by a probe, and its absence is told in a line', () =>
    withRedis(async (server) => {
      const probe = () => redisPlugin.probe({ url: server.url }, createSystemClock())
      assert.is((await probe())?.reachable, true)
      await server.kill()
      const gone = await probe()
      assert.is(gone?.reachable, false)
      assert.match(gone?.message ?? '', /^redis 127\.0\.0\.1:\d+: .*refused/)
    }),
  )
})
