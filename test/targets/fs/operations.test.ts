import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import {
  type DrivenExchange,
  type DriveOptions,
  driveStep,
} from '../../../harness/contract/driven-exchange.ts'
import type { TargetDriver } from '../../../harness/ports/target.ts'
import { fsPlugin } from '../../../harness/targets/fs/index.ts'
import { errnoStatus } from '../../../harness/targets/fs/status.ts'
import { withDriver } from '../../kit/drive.ts'
import { fsConfig, withFolder } from '../../kit/file-system.ts'
import { describe } from '../../kit/suite.ts'

type Ask = (
  request: Readonly<Record<string, unknown>>,
  options?: DriveOptions,
) => Promise<DrivenExchange & { readonly statusName: string }>

const withFiles = (
  body: (ask: Ask, folder: string, driver: TargetDriver) => Promise<void>,
  config: Readonly<Record<string, unknown>> = {},
) =>
  withFolder((folder) =>
    withDriver(fsPlugin, fsConfig(folder, config), (driver) =>
      body(
        async (request, options) => {
          const exchange = await driveStep(fsPlugin, driver, request, options)
          return Object.assign(exchange, { statusName: errnoStatus.nameOf(exchange.status) })
        },
        folder,
        driver,
      ),
    ),
  )
const callsOf = ({ components }: DrivenExchange) => components.map(([name]) => name)

describe('Operations on files', (test) => {
  test('read a file, or a part of it, by their calls', () =>
    withFiles(async (ask, folder) => {
      writeFileSync(join(folder, 'a'), '0123456789')

      const whole = await ask({ read: { path: 'a' } })
      assert.equal([whole.kind, whole.text, whole.bytesReceived], ['none', '0123456789', 10])
      assert.equal(callsOf(whole), ['open', 'fstat', 'read', 'close'])

      const part = await ask({ read: { path: 'a', offset: 4, bytes: '3B' } })
      assert.equal([part.text, callsOf(part)], ['456', ['open', 'read', 'close']])

      const beyond = await ask(
        { read: { path: 'a', offset: '{{at}}', bytes: '{{size}}' } },
        {
          variables: { at: '8', size: '1KiB' },
        },
      )
      assert.equal([beyond.text, callsOf(beyond)], ['89', ['open', 'read', 'read', 'close']])
      assert.equal(beyond.measured.filter(([name]) => name === 'reads').length, 2)
    }))

  test('write, append, put on the device and cut', () =>
    withFiles(async (ask, folder) => {
      const file = join(folder, 'a')
      const written = await ask(
        { write: { path: 'a', data: 'hello {{who}}', fsync: true } },
        {
          variables: { who: 'you' },
        },
      )
      assert.equal([written.bytesSent, callsOf(written)], [9, ['open', 'write', 'fsync', 'close']])
      assert.is((await ask({ append: { path: 'a', data: '!' } })).bytesSent, 1)
      assert.is((await ask({ write: { path: 'a', offset: 0, data: 'H' } })).bytesSent, 1)
      assert.is(readFileSync(file, 'utf8'), 'Hello you!')

      assert.equal(callsOf(await ask({ fsync: { path: 'a' } })), ['open', 'fsync', 'close'])
      await ask({ truncate: { path: 'a', bytes: 5 } })
      assert.is(readFileSync(file, 'utf8'), 'Hello')
      await ask({ write: { path: 'big', bytes: '1MiB' } })
      assert.is(statSync(join(folder, 'big')).size, 1024 ** 2)
    }))

  test('look, list, make, rename and remove, each by one call', () =>
    withFiles(async (ask, folder) => {
      assert.is((await ask({ mkdir: { path: 'd' } })).kind, 'none')
      writeFileSync(join(folder, 'd', 'x'), 'x')
      const listed = await ask({ readdir: { path: 'd' } })
      assert.equal([listed.items, listed.text, callsOf(listed)], [1, '["x"]', ['readdir']])
      assert.equal(callsOf(await ask({ rename: { path: 'd/x', to: 'y' } })), ['rename'])
      const seen = await ask({ stat: { path: 'y' } })
      assert.match(seen.text, /"kind":"file","size":1/)
      assert.equal(callsOf(await ask({ open: { path: 'y' } })), ['open', 'close'])
      assert.equal(callsOf(await ask({ unlink: { path: 'y' } })), ['unlink'])
      assert.is((await ask({ stat: { path: 'y' } })).statusName, 'ENOENT')
    }))

  test('end with the error of the system as their status', () =>
    withFiles(async (ask, folder) => {
      mkdirSync(join(folder, 'd'))
      writeFileSync(join(folder, 'f'), '')
      const statusOf = async (request: Readonly<Record<string, unknown>>) => {
        const { kind, statusName } = await ask(request)
        assert.is(kind, 'none')
        return statusName
      }
      assert.is(await statusOf({ read: { path: 'none' } }), 'ENOENT')
      assert.is(await statusOf({ read: { path: 'none/deeper' } }), 'ENOENT')
      assert.is(await statusOf({ read: { path: 'd', bytes: 1 } }), 'EISDIR')
      assert.is(await statusOf({ readdir: { path: 'f' } }), 'ENOTDIR')
      assert.is(await statusOf({ mkdir: { path: 'd' } }), 'EEXIST')
      assert.is(await statusOf({ stat: { path: 'f' } }), 'OK')
    }))

  test('prove what was written with verify, and find what was changed since', () =>
    withFiles(async (ask, folder) => {
      const read = { read: { path: 'a', offset: '4KiB', bytes: '8KiB' }, verify: 'sha256' }
      await ask({ write: { path: 'a', bytes: '16KiB' }, verify: 'sha256' })
      assert.is((await ask(read)).kind, 'none')

      const bytes = readFileSync(join(folder, 'a'))
      bytes[9_000] = (bytes[9_000] as number) ^ 1
      writeFileSync(join(folder, 'a'), bytes)
      const changed = await ask(read)
      assert.is(changed.kind, 'protocol')
      assert.match(changed.errorText, /block at byte 8192 is not what was written/)

      bytes.copy(bytes, 4096, 0, 4096)
      writeFileSync(join(folder, 'a'), bytes)
      assert.match((await ask(read)).errorText, /byte 4096/)
    }))

  test('compare what is read with a digest', () =>
    withFiles(async (ask, folder) => {
      writeFileSync(join(folder, 'a'), 'abc')
      const digest = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
      const right = await ask({ read: { path: 'a' }, verify: '{{digest}}' }, { variables: { digest } })
      assert.is(right.kind, 'none')
      const wrong = await ask({ read: { path: 'a' }, verify: digest.replace('b', 'c') })
      assert.equal([wrong.kind, wrong.errorText], ['protocol', `the SHA-256 of what was read is ${digest}`])
    }))

  test('follow links that stay inside on the way, and none in the last name', () =>
    withFiles(async (ask, folder) => {
      mkdirSync(join(folder, 'd'))
      writeFileSync(join(folder, 'd', 'x'), 'inside')
      symlinkSync('d', join(folder, 'way'))
      symlinkSync('d/x', join(folder, 'last'))

      assert.is((await ask({ read: { path: 'way/x' } })).text, 'inside')
      assert.is((await ask({ readdir: { path: 'way' } })).items, 1)
      assert.is((await ask({ read: { path: 'last' } })).statusName, 'ELOOP')
      assert.match((await ask({ stat: { path: 'last' } })).text, /"kind":"link"/)
    }))

  test('keep a large answer whole', () =>
    withFiles(async (ask, folder) => {
      writeFileSync(join(folder, 'a'), Buffer.alloc(8 * 1024 ** 2, 'x'))
      const { body, bytesReceived } = await ask({ read: { path: 'a' } })

      assert.equal([body?.length, bytesReceived], [8 * 1024 ** 2, 8 * 1024 ** 2])
      assert.is(
        body?.every((byte) => byte === 'x'.charCodeAt(0)),
        true,
      )
    }))

  test('go past the page cache where it is wanted and the file system can', () =>
    withFiles(
      async (ask) => {
        const written = await ask({ write: { path: 'a', bytes: '8KiB' }, verify: 'sha256' })
        const read = await ask({ read: { path: 'a', offset: '4KiB', bytes: '4KiB' }, verify: 'sha256' })
        // A file system in memory refuses O_DIRECT, and says so.
        assert.ok(
          written.statusName === 'EINVAL' || (written.statusName === 'OK' && read.kind === 'none'),
          `${written.statusName} ${read.errorText}`,
        )
      },
      { direct: true },
    ))
})

describe('Statuses of files', (test) => {
  test('are expected by name, and told by name', () => {
    const expected = errnoStatus.expected.parse(['OK', 'EEXIST'])
    const isExpected = errnoStatus.compile(expected)

    assert.equal([0, 17, 2].map(isExpected), [true, true, false])
    assert.equal([errnoStatus.isGood(0), errnoStatus.isGood(2)], [true, false])
    assert.equal([errnoStatus.nameOf(2), errnoStatus.nameOf(99_999)], ['ENOENT', 'error 99999'])
    assert.is(errnoStatus.expected.safeParse('ENONSENSE').success, false)
  })
})
