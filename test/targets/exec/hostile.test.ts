import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import {
  anExchange,
  type DrivenExchange,
  type DriveOptions,
  driveStep,
} from '../../../harness/contract/driven-exchange.ts'
import type { DriverContext, TargetDriver } from '../../../harness/ports/target.ts'
import { execPlugin } from '../../../harness/targets/exec/index.ts'
import { exitStatus } from '../../../harness/targets/exec/status.ts'
import { withDriver } from '../../kit/drive.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

type Request = Readonly<Record<string, unknown>>

const COMMANDS = ['sh', 'echo', 'cat', 'sleep', 'env', 'pwd', 'no-such-command', '/etc', 'true']

const withCommands = (
  body: (
    ask: (request: Request, options?: DriveOptions) => Promise<DrivenExchange>,
    driver: TargetDriver,
  ) => Promise<void>,
  config: Request = {},
  context: Partial<DriverContext> = {},
) =>
  withDriver(
    execPlugin,
    config,
    (driver) => body((request, options) => driveStep(execPlugin, driver, request, options), driver),
    { allowCommands: COMMANDS, ...context },
  )
const shell = (script: string): Request => ({ run: ['sh', '-c', script] })
const isAlive = (pid: number) => {
  try {
    // Of a process that has ended and is not reaped there is nothing left but its number.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-exec-'))
  try {
    await body(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe('Commands', (test) => {
  test('answer with what they write, and their status', () =>
    withCommands(async (ask) => {
      const { kind, text, status, bytesReceived, header } = await ask(shell('echo out; echo err >&2; exit 3'))

      assert.equal([kind, text, status, bytesReceived], ['none', 'out\n', 3, 8])
      assert.is(header?.('stderr'), 'err\n')
      assert.is(exitStatus.nameOf(status), 'exit status 3')
    }))

  test('get their arguments as they are: no shell sees them', () =>
    withCommands(async (ask) => {
      const { text } = await ask({ run: ['echo', '$HOME; `id` {{who}}', '*'] }, { variables: { who: "a'b" } })
      assert.is(text, "$HOME; `id` a'b *\n")
    }))

  test('read what they are given, and may stop reading', () =>
    withCommands(async (ask) => {
      const read = await ask({ run: ['cat'], stdin: 'hello {{who}}' }, { variables: { who: 'you' } })
      assert.equal([read.text, read.bytesSent], ['hello you', 9])
      const unread = await ask({ run: ['true'], stdin: 'x'.repeat(1024 ** 2) })
      assert.equal([unread.kind, unread.status], ['none', 0])
      assert.is((await ask({ run: ['cat'] })).text, '')
    }))

  test('have an environment of their own, and a folder', () =>
    withFolder(async (folder) => {
      process.env['PROOFLOAD_TEST_PASSED'] = 'passed'
      process.env['PROOFLOAD_TEST_KEPT'] = 'kept'
      try {
        await withCommands(
          async (ask) => {
            const { text } = await ask({ run: ['env'], env: { OWN: '{{x}}' } }, { variables: { x: 'y' } })
            const names = text.split('\n').map((line) => line.split('=')[0])
            assert.equal(names.filter((name) => name !== '').sort(), ['OWN', 'PATH', 'PROOFLOAD_TEST_PASSED'])
            assert.is((await ask({ run: ['pwd'] })).text.trim(), folder)
            assert.is((await ask({ run: ['pwd'], cwd: '/' })).text.trim(), '/')
          },
          { cwd: folder, env: ['PROOFLOAD_TEST_PASSED'] },
        )
      } finally {
        delete process.env['PROOFLOAD_TEST_PASSED']
        delete process.env['PROOFLOAD_TEST_KEPT']
      }
    }))

  test('tell their CPU time where the system still knows it', () =>
    withCommands(async (ask) => {
      const busy = shell('i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done')
      // A command that is reaped before its output is seen to end has none.
      const [name, cpuMs] = await until(async () => (await ask(busy)).measured[0])
      assert.is(name, 'child_cpu')
      assert.ok(cpuMs > 0)
    }))
})

describe('Commands that do what they should not', (test) => {
  test('are not started unless they are allowed, by steps or by code', () =>
    withCommands(
      async (_ask, driver) => {
        for (const command of ['sh', '/bin/echo', 'Echo'])
          assert.throws(
            () => driver.compile({ run: [command] }, 'step'),
            (error: { code?: string; hint?: string }) =>
              error.code === 'COMMAND_NOT_ALLOWED' &&
              error.hint?.includes(`--allow-command ${command}`) === true,
          )
        const client = driver.createClient(() => {
          throw new Error('performed')
        }) as { run(argv: readonly string[]): unknown }
        assert.throws(() => client.run(['sh', '-c', 'id']), /the command sh is not allowed/)
      },
      {},
      { allowCommands: ['echo'] },
    ))

  test('cannot be named by a variable', () => {
    assert.is(execPlugin.requestSchema.safeParse({ run: ['{{cmd}}'] }).success, false)
    assert.is(execPlugin.requestSchema.safeParse({ run: [] }).success, false)
    assert.is(execPlugin.requestSchema.safeParse({ run: [''] }).success, false)
    assert.is(execPlugin.requestSchema.safeParse({ run: 'echo x' }).success, false)
  })

  test('are not there, or are no program', () =>
    withCommands(async (ask) => {
      const missing = await ask({ run: ['no-such-command'] })
      assert.is(missing.kind, 'code')
      assert.match(missing.errorText, /no-such-command ENOENT/)
      const noProgram = await ask({ run: ['/etc'] })
      assert.is(noProgram.kind, 'code')
      assert.match(noProgram.errorText, /EACCES|ENOEXEC/)
      assert.is((await ask({ run: ['true'], cwd: '/no/such/folder' })).kind, 'code')
      assert.is((await ask({ run: ['echo', '{{x}}'] }, { variables: { x: 'a\0b' } })).kind, 'code')
      assert.is((await ask({ run: ['true'] })).kind, 'none')
    }))

  test('write without an end are ended', () =>
    withCommands(
      async (ask) => {
        const { kind, errorText, bytesReceived } = await ask(shell('while :; do echo xxxxxxxxxxxxxxxx; done'))
        assert.is(kind, 'too-large')
        assert.match(errorText, /more than 64 KiB/)
        assert.ok(bytesReceived > 64 * 1024)
      },
      { maxOutput: '64KiB' },
    ))

  test('end by a signal have it as their status', () =>
    withCommands(async (ask) => {
      const { kind, status } = await ask(shell('kill -KILL $$'))
      assert.equal([kind, status, exitStatus.nameOf(status)], ['none', 137, 'SIGKILL'])
      assert.is(exitStatus.compile(exitStatus.expected.parse(['SIGKILL', 1]))(status), true)
    }))

  test('hang are ended with all they have started', () =>
    withFolder((folder) =>
      withCommands(
        async (ask) => {
          const script = 'sleep 60 & echo $! > child; wait'
          const { kind, errorText } = await ask(shell(script), { timeouts: { totalMs: 300 } })
          assert.is(kind, 'timeout-total')
          assert.match(errorText, /did not end within 300ms/)
          const grandchild = Number(
            await until(
              () => existsSync(join(folder, 'child')) && readFileSync(join(folder, 'child'), 'utf8'),
            ),
          )
          await until(() => !isAlive(grandchild))
        },
        { cwd: folder },
      ),
    ))

  test('do not heed the request to end are killed', () =>
    withFolder((folder) =>
      withCommands(
        async (ask, driver) => {
          const running = ask(shell("trap '' TERM; echo $$ > pid; while :; do sleep 0.05; done"))
          const pid = Number(
            await until(() => existsSync(join(folder, 'pid')) && readFileSync(join(folder, 'pid'), 'utf8')),
          )
          await driver.close()
          assert.is((await running).kind, 'aborted')
          assert.is(isAlive(pid), false)
        },
        { cwd: folder },
      ),
    ))

  test('write nothing are told from those that do not end', () =>
    withCommands(async (ask) => {
      const silent = await ask({ run: ['sleep', '60'] }, { timeouts: { firstByteMs: 60 } })
      assert.is(silent.kind, 'timeout-first-byte')
      const endless = await ask(shell('echo x; exec sleep 60'), {
        timeouts: { firstByteMs: 30_000, totalMs: 400 },
      })
      assert.is(endless.kind, 'timeout-total')
    }))

  test('wait for one another where only so many run at once', () =>
    withFolder((folder) =>
      withCommands(
        async (ask) => {
          const script = 'mkdir lock && sleep 0.05 && rmdir lock'
          const all = await Promise.all(Array.from({ length: 4 }, () => ask(shell(script))))
          assert.equal(
            all.map(({ status }) => status),
            [0, 0, 0, 0],
          )
        },
        { cwd: folder },
        { connections: 1 },
      ),
    ))

  test('wait too long for a place fail without having started', () =>
    withCommands(
      async (ask) => {
        const hung = ask({ run: ['sleep', '60'] }, { timeouts: { totalMs: 400 } })
        const waiting = await ask({ run: ['true'] }, { timeouts: { totalMs: 60 } })
        assert.equal([waiting.kind, waiting.sentMs], ['timeout-total', 0])
        assert.match(waiting.errorText, /could not be started/)
        assert.is((await hung).kind, 'timeout-total')
        assert.is((await ask({ run: ['true'] })).kind, 'none')
      },
      {},
      { connections: 1 },
    ))

  test('are aborted while they wait', () =>
    withCommands(
      async (ask, driver) => {
        const hung = ask({ run: ['sleep', '60'] }, { timeouts: { totalMs: 300 } })
        const kind = await new Promise<string>((resolve) => {
          const exchange = anExchange(driver.compile({ run: ['true'] }, 'step'), {}, (settled) =>
            resolve(settled.kind),
          )
          driver.start(exchange)
          driver.abort(exchange)
        })
        assert.is(kind, 'aborted')
        assert.is((await hung).kind, 'timeout-total')
      },
      {},
      { connections: 1 },
    ))
})
