/** Load is halted and let go on again with the built command, by one process and seen by others. */
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { EmergencyAuditLine, EmergencyChange } from '../../harness/app/state/emergency.ts'
import type { Emergency } from '../../harness/model/emergency.ts'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import { HAS_REDIS, REDIS_HINT, withRedis } from '../kit/redis-server.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

interface Status {
  readonly emergency: Emergency
  readonly audit: readonly EmergencyAuditLine[]
}

const STATE_FILE = join('.proofload', 'state.json')

async function emergency(place: Workplace, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await place.run('emergency', ...args)
  assert.is(status, 0, stderr)
  return stdout
}

async function statusOf(place: Workplace, ...args: string[]): Promise<Status> {
  return JSON.parse(await emergency(place, 'status', '--json', ...args)) as Status
}

describe('The emergency state', (test) => {
  test('is raised, shown with who, when and why, and resumed', () =>
    inWorkplace(async (place) => {
      assert.match(await emergency(place, 'status'), /^NORMAL, never changed\nload may be sent/)
      assert.is(await emergency(place, 'alert', '--reason', 'queue is long'), 'ALERT: queue is long\n')
      const halted = JSON.parse(
        await emergency(place, 'halt', '--reason', 'failing over', '--json'),
      ) as EmergencyChange
      assert.equal([halted.changed, halted.now.state, halted.troubles], [true, 'HALT', []])
      const shown = await emergency(place, 'status')
      const { by, at } = halted.now
      assert.ok(by.endsWith(`@${hostname()}`), by)
      assert.ok(shown.startsWith(`HALT since ${at}, by ${by}: failing over\n`), shown)
      assert.match(shown, /emergency resume --reason/)
      assert.match(shown, /NORMAL -> ALERT .*queue is long\n.*ALERT -> HALT .*failing over\n/)
      assert.match(
        await emergency(place, 'halt', '--reason', 'again'),
        /^no change: HALT since .*failing over/,
      )
      assert.is(await emergency(place, 'shutdown', '--reason', 'going away'), 'SHUTDOWN: going away\n')
      assert.is(await emergency(place, 'resume', '--reason', 'all is well'), 'NORMAL: all is well\n')
      const { emergency: now, audit } = await statusOf(place)
      assert.is(now.state, 'NORMAL')
      assert.equal(
        audit.map(({ from, state }) => `${from} ${state}`),
        ['NORMAL ALERT', 'ALERT HALT', 'HALT SHUTDOWN', 'SHUTDOWN NORMAL'],
      )
    }))

  test('is not changed without a reason, nor lowered but by resuming it', () =>
    inWorkplace(async (place) => {
      await emergency(place, 'halt', '--reason', 'failing over')
      const refused: readonly (readonly [readonly string[], RegExp])[] = [
        [['resume'], /--reason/],
        [['resume', '--reason', ' '], /--reason/],
        [['shutdown', '--reason', ''], /--reason/],
        [['alert', '--reason', 'less bad'], /emergency resume --reason/],
        [['panic'], /unknown command/],
        [['status', '--state', 'postgres://me:s3cret@db'], /redis:/],
      ]
      for (const [args, said] of refused) {
        const { status, stdout, stderr } = await place.run('emergency', ...args)
        assert.equal([status, stdout], [2, ''], args.join(' '))
        assert.match(stderr, said)
        assert.not.match(stderr, /s3cret/)
      }
      const { emergency: now, audit } = await statusOf(place)
      assert.equal([now.state, audit.length], ['HALT', 1])
    }))

  test('keeps load from being sent while it is HALT, and lets it be sent afterwards', () =>
    inWorkplace(async (place) => {
      let answered = 0
      const server = await startHttpServer((_request, response) => {
        answered++
        response.end('{}')
      })
      const run = () => place.run('run', server.url, '--agents', '2', '--duration', '1s', '--threads', '1')
      await emergency(place, 'halt', '--reason', 'failing over')
      const { now } = JSON.parse(
        await emergency(place, 'halt', '--reason', 'again', '--json'),
      ) as EmergencyChange
      for (const blocked of [await run(), await place.run('preflight', server.url)]) {
        assert.is(blocked.status, 4)
        assert.ok(
          blocked.stderr.includes(`load is halted (HALT) by ${now.by} at ${now.at}: failing over`),
          blocked.stderr,
        )
        assert.match(blocked.stderr, 'proofload emergency resume --reason')
      }
      await emergency(place, 'resume', '--reason', 'failover is done')
      const before = answered
      assert.is.not((await run()).status, 4)
      await server.close()
      assert.ok(answered > before + 10, `${answered} requests, ${before} before`)
    }))

  test('is whole after several halts and resumes at once', () =>
    inWorkplace(async (place) => {
      await Promise.all(['a', 'b'].map((reason) => emergency(place, 'halt', '--reason', reason)))
      const halted = await statusOf(place)
      assert.is(halted.emergency.state, 'HALT')
      assert.equal(
        halted.audit.map(({ from, state }) => `${from} ${state}`),
        ['NORMAL HALT'],
      )
      await Promise.all(
        ['resume', 'shutdown', 'resume'].map((name) => emergency(place, name, '--reason', name)),
      )
      const { emergency: now, audit } = await statusOf(place)
      // Two changes may tell of themselves in another order than they were made.
      assert.ok(audit.some(({ correlationId }) => correlationId === now.correlationId))
      assert.is(new Set(audit.map(({ correlationId }) => correlationId)).size, audit.length)
      JSON.parse(readFileSync(join(place.path, STATE_FILE), 'utf8'))
    }))

  test('blocks load when its store cannot be read, and says how to mend it', () =>
    inWorkplace(async (place) => {
      await emergency(place, 'halt', '--reason', 'failing over')
      place.write(STATE_FILE, '{"half":')
      const run = await place.run('run', 'http://127.0.0.1:1', '--duration', '1s')
      const status = await place.run('emergency', 'status')
      const away = await place.run(
        'preflight',
        'http://127.0.0.1:1',
        '--state',
        'redis://:s3cret@127.0.0.1:1',
      )
      for (const { status: exit, stderr } of [run, status, away]) {
        assert.is(exit, 4, stderr)
        assert.not.match(stderr, /s3cret|ioredis/)
      }
      for (const { stderr } of [run, status])
        assert.match(stderr, /state\.json is not a state file[\s\S]*remove it/)
      assert.match(away.stderr, /redis:\/\/:\*\*\*@127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED/)
    }))

  if (HAS_REDIS)
    test('is shared over a server', () =>
      withRedis(({ url }) =>
        inWorkplace((here) =>
          inWorkplace(async (there) => {
            await emergency(here, 'halt', '--reason', 'failing over', '--state', url)
            const { emergency: seen, audit } = await statusOf(there, '--state', url)
            assert.equal([seen.state, seen.reason, audit.length], ['HALT', 'failing over', 1])
            const blocked = await there.run('preflight', 'http://127.0.0.1:1', '--state', url)
            assert.is(blocked.status, 4)
            assert.match(blocked.stderr, 'load is halted (HALT)')
            assert.is((await statusOf(there)).emergency.state, 'NORMAL')
          }),
        ),
      ))
  else test.skip('is shared over a server', REDIS_HINT)
})
