import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Clock } from '../../../harness/base/clock.ts'
import {
  anExchange,
  type DrivenExchange,
  type DriveOptions,
  driveStep,
} from '../../../harness/contract/driven-exchange.ts'
import type { TargetDriver } from '../../../harness/ports/target.ts'
import { fsPlugin } from '../../../harness/targets/fs/index.ts'
import { errnoStatus } from '../../../harness/targets/fs/status.ts'
import { withDriver } from '../../kit/drive.ts'
import { FUSE_HINT, fsConfig, HAS_FUSE, makePipe, withFolder, withFuse } from '../../kit/file-system.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

type Request = Readonly<Record<string, unknown>>

const withFiles = (
  body: (driver: TargetDriver, folder: string, clock: Clock) => Promise<void>,
  config: Request = {},
) =>
  withFolder((folder) =>
    withDriver(fsPlugin, fsConfig(folder, config), (driver, clock) => body(driver, folder, clock)),
  )
const ask = (driver: TargetDriver, request: Request, options?: DriveOptions) =>
  driveStep(fsPlugin, driver, request, options)
const nameOf = ({ status }: DrivenExchange) => errnoStatus.nameOf(status)
const SOON = { timeouts: { totalMs: 80 } }

/** The processes of lanes on a folder. */
function lanesOn(folder: string): number[] {
  const listed = execFileSync('ps', ['-eo', 'pid,args', '--no-headers'], { encoding: 'utf8' })
  return listed
    .split('\n')
    .filter((line) => line.includes('lane-main') && line.includes(folder))
    .map((line) => Number.parseInt(line, 10))
}

describe('Paths that would leave the root', (test) => {
  test('are refused while the scenario is compiled', () =>
    withFiles(async (driver) => {
      for (const path of ['/etc/passwd', '../x', 'a/../../x', '..'])
        assert.throws(
          () => driver.compile({ read: { path } }, 'step'),
          (error: Error) => /is absolute|leaves root/.test(error.message),
        )
      assert.throws(() => driver.compile({ rename: { path: 'a', to: '../b' } }, 'step'), /leaves root/)
    }))

  test('are refused when variables or links lead there, and nothing is touched', () =>
    withFolder((outside) =>
      withFiles(async (driver, folder) => {
        writeFileSync(join(outside, 'secret'), 'secret')
        symlinkSync(outside, join(folder, 'out'))
        symlinkSync(join(outside, 'secret'), join(folder, 'last'))
        const by = (path: string) => ask(driver, { read: { path: '{{path}}' } }, { variables: { path } })

        for (const path of ['../x', '/etc/passwd', 'a\0b', 'out/secret', 'out/../out/secret']) {
          const { kind, body } = await by(path)
          assert.equal([path, kind, body], [path, 'code', null])
        }
        assert.match((await by('out/secret')).errorText, /leaves root by a link/)
        assert.is(nameOf(await by('last')), 'ELOOP')
        const moved = await ask(driver, { rename: { path: 'last', to: 'out/stolen' } })
        assert.match(moved.errorText, /leaves root by a link/)
        const listed = await ask(driver, { readdir: { path: 'out' } })
        assert.match(listed.errorText, /leaves root by a link/)
        const written = await ask(driver, { write: { path: 'last', data: 'x' } })
        assert.is(nameOf(written), 'ELOOP')
      }),
    ))
})

describe('Lanes', (test) => {
  test('that hang in a call are lost at the deadline and replaced', () =>
    withFiles(
      async (driver, folder) => {
        makePipe(join(folder, 'pipe'))
        writeFileSync(join(folder, 'a'), 'a')
        await driver.ready?.()
        const before = lanesOn(folder)
        const hung = await Promise.all(
          Array.from({ length: 2 }, () => ask(driver, { open: { path: 'pipe' } }, SOON)),
        )

        for (const { kind, errorText, sentMs, doneMs, status } of hung) {
          assert.equal([kind, status], ['timeout-total', 0])
          assert.match(errorText, /the file system did not answer within 80ms/)
          assert.ok(sentMs > 0 && doneMs >= sentMs)
        }
        const next = await ask(driver, { read: { path: 'a' } })
        assert.equal([next.kind, next.text], ['none', 'a'])
        // It waited for a lane to start, which is connecting and not a delay of the generator's.
        assert.ok(next.connectMs > 0)
        await until(() => !lanesOn(folder).some((pid) => before.includes(pid)))
      },
      { lanes: 2 },
    ))

  test('that are all busy let calls wait, and those that wait too long fail as such', () =>
    withFiles(async (driver, folder) => {
      makePipe(join(folder, 'pipe'))
      await driver.ready?.()
      const hung = ask(driver, { open: { path: 'pipe' } }, { timeouts: { totalMs: 400 } })
      const waiting = await ask(driver, { stat: { path: '.' } }, SOON)

      assert.equal([waiting.kind, waiting.sentMs], ['timeout-total', 0])
      assert.match(waiting.errorText, /no lane was free/)
      assert.is((await hung).kind, 'timeout-total')
    }))

  test('that are killed from outside fail their call, and are replaced', () =>
    withFiles(async (driver, folder) => {
      makePipe(join(folder, 'pipe'))
      await driver.ready?.()
      const running = ask(driver, { open: { path: 'pipe' } })
      for (const pid of lanesOn(folder)) process.kill(pid, 'SIGKILL')

      const { kind, errorText } = await running
      assert.is(kind, 'closed')
      assert.match(errorText, /its lane is gone.*SIGKILL/)
      assert.is((await ask(driver, { stat: { path: '.' } })).kind, 'none')
    }))

  test('that do what was aborted finish it, unheard', () =>
    withFiles(async (driver, folder) => {
      makePipe(join(folder, 'pipe'))
      writeFileSync(join(folder, 'a'), 'a')
      await driver.ready?.()
      const settled = new Promise<DrivenExchange>((resolve) => {
        const exchange = anExchange(driver.compile({ open: { path: 'pipe' } }, 'step'), {}, resolve)
        driver.start(exchange)
        driver.abort(exchange)
      })
      const { kind } = await settled
      assert.is(kind, 'aborted')
      const waiting = ask(driver, { read: { path: 'a' } })
      writeFileSync(join(folder, 'pipe'), '')
      assert.is((await waiting).text, 'a')
    }))

  test('end with their driver, and with whoever started them', () =>
    withFolder(async (folder) => {
      await withDriver(fsPlugin, fsConfig(folder), async (driver) => {
        await driver.ready?.()
        assert.is(lanesOn(folder).length, 1)
      })
      await until(() => lanesOn(folder).length === 0)
    }))
})

describe('A file system that is not there', (test) => {
  test('is a finding before the load, and no exchange hangs on it', () =>
    withFolder(async (folder) => {
      const config = fsConfig(join(folder, 'none'))
      await withDriver(fsPlugin, config, async (driver, clock) => {
        const found = await fsPlugin.probe(config, clock)
        assert.is(found?.reachable, false)
        assert.match(found?.message ?? '', /no lane can be started.*ENOENT/)

        const error = await driver.ready?.().then(
          () => null,
          (thrown: { code?: string; hint?: string }) => thrown,
        )
        assert.is(error?.code, 'TARGET_UNREACHABLE')
        const { kind, errorText } = await ask(driver, { stat: { path: '.' } })
        assert.is(kind, 'unavailable')
        assert.match(errorText, /ENOENT/)
      })
    }))

  test('any more in the middle of a load fails its operations with the reason of the system', () =>
    withFiles(async (driver, folder) => {
      mkdirSync(join(folder, 'd'))
      writeFileSync(join(folder, 'd', 'a'), 'a')
      assert.is((await ask(driver, { read: { path: 'd/a' } })).text, 'a')
      renameSync(join(folder, 'd'), join(folder, 'e'))
      assert.is(nameOf(await ask(driver, { read: { path: 'd/a' } })), 'ENOENT')
      rmSync(folder, { recursive: true })
      assert.is(nameOf(await ask(driver, { stat: { path: 'e' } })), 'ENOENT')
    }))

  test('but is there answers a look', () =>
    withFiles(async (_driver, folder, clock) => {
      const found = await fsPlugin.probe(fsConfig(folder), clock)
      assert.is(found?.reachable, true)
      assert.match(found?.message ?? '', /stat took/)
    }))
})

describe('Limits of files', (test) => {
  test('end an operation that would move more than one may', () =>
    withFiles(async (driver, folder) => {
      writeFileSync(join(folder, 'huge'), '')
      truncateSync(join(folder, 'huge'), 1024 ** 3)
      const read = await ask(driver, { read: { path: 'huge' } })
      const written = await ask(driver, { write: { path: 'a', bytes: '1GiB' } })
      assert.equal([read.kind, written.kind], ['too-large', 'too-large'])
      assert.is((await ask(driver, { read: { path: 'huge', bytes: '1KiB' } })).bytesReceived, 1024)
    }))

  test('of a device that is full are its status', () =>
    withDriver(fsPlugin, fsConfig('/dev'), async (driver) => {
      assert.is(nameOf(await ask(driver, { write: { path: 'full', bytes: '4KiB' } })), 'ENOSPC')
    }))

  test('of sizes that variables state are told', () =>
    withFiles(async (driver) => {
      const { kind, errorText } = await ask(
        driver,
        { read: { path: 'a', bytes: '{{n}}' } },
        {
          variables: { n: 'much' },
        },
      )
      assert.is(kind, 'code')
      assert.match(errorText, /much/)
    }))

  test('of the shape of a request are its schema', () => {
    const isTaken = (request: Request) => fsPlugin.requestSchema.safeParse(request).success
    assert.is(isTaken({ read: { path: 'a' }, stat: { path: 'a' } }), false)
    assert.is(isTaken({}), false)
    assert.is(isTaken({ write: { path: 'a' } }), false)
    assert.is(isTaken({ write: { path: 'a', bytes: 1, data: 'x' } }), false)
    assert.is(isTaken({ stat: { path: 'a' }, verify: 'sha256' }), false)
    assert.is(isTaken({ write: { path: 'a', data: 'x' }, verify: 'sha256' }), false)
    assert.is(isTaken({ read: { path: 'a', bytes: '4 blocks' } }), false)
    assert.is(isTaken({ write: { path: 'a', bytes: '4KiB' }, verify: 'sha256' }), true)
  })
})

describe('A FUSE mount', (test) => {
  if (!HAS_FUSE) {
    test.skip('is read through its process, which may stop and die', FUSE_HINT)
    return
  }

  test('whose process is stopped loses lanes, replaces them, and lets the driver close', () =>
    withFuse(({ root, behind, pid }) =>
      withDriver(fsPlugin, fsConfig(root), async (driver) => {
        writeFileSync(join(behind, 'a'), 'through fuse')
        assert.is((await ask(driver, { read: { path: 'a' } })).text, 'through fuse')
        process.kill(pid, 'SIGSTOP')
        const stopped = await ask(driver, { read: { path: 'a' } }, SOON)
        process.kill(pid, 'SIGCONT')

        assert.is(stopped.kind, 'timeout-total')
        assert.is((await ask(driver, { read: { path: 'a' } })).text, 'through fuse')
      }),
    ))

  test('whose process dies answers with the error of the system', () =>
    withFuse(({ root, behind, pid }) =>
      withDriver(fsPlugin, fsConfig(root), async (driver) => {
        writeFileSync(join(behind, 'a'), 'a')
        await ask(driver, { read: { path: 'a' } })
        process.kill(pid, 'SIGKILL')

        const dead = await ask(driver, { read: { path: 'a' } })
        assert.ok(['ENOTCONN', 'ECONNABORTED'].includes(nameOf(dead)), nameOf(dead))
      }),
    ))
})
