import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { commandPlugin } from '../../harness/rollback/command.ts'
import { isAlive, processIdentity } from '../../harness/system/process-identity.ts'
import { anUndoContext, failureOf } from '../kit/rollback.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'
import { until } from '../kit/until.ts'

const shell = (script: string) => ['sh', '-c', script]

describe('command', (test) => {
  test('runs its arguments as they are, where it is told to, and reports what it wrote', () =>
    withScratch(async (folder) => {
      const context = anUndoContext(folder)
      const argv = ['printf', '%s\n', '$HOME; "two words" `id`', 'end']
      const { message } = await commandPlugin.undo({ argv }, context)
      const where = await commandPlugin.undo({ argv: ['pwd'], cwd: '/' }, context)

      assert.is(message, '$HOME; "two words" `id`\nend')
      assert.is(where.message, '/')
      assert.is(context.children.length, 2)
    }))

  test('sees PATH, the variables it was allowed and what it is about; nothing else of the environment', () =>
    withScratch(async (folder) => {
      const env = { PATH: process.env['PATH'], CLUSTER: 'blue', DATABASE_PASSWORD: 'hunter2' }
      const { message } = await commandPlugin.undo(
        { argv: ['env'], env: ['CLUSTER', 'ABSENT'] },
        anUndoContext(folder, { env }),
      )
      const names = message
        .split('\n')
        .map((line) => line.split('=')[0])
        .sort()

      assert.equal(names, [
        'CLUSTER',
        'PATH',
        'PROOFLOAD_CORRELATION_ID',
        'PROOFLOAD_REASON',
        'PROOFLOAD_ROLLBACK_ID',
        'PROOFLOAD_RUN_ID',
      ])
      assert.match(message, /^PROOFLOAD_REASON=p99 was 900ms$/m)
    }))

  test('fails with its status and its last words', () =>
    withScratch(async (folder) => {
      const failure = await failureOf(
        commandPlugin.undo(
          { argv: shell('echo looking; echo no such release >&2; exit 3') },
          anUndoContext(folder),
        ),
      )

      assert.is(failure.code, 'ROLLBACK_FAILED')
      assert.match(failure.message, /ended with status 3\nlooking\nno such release$/)
    }))

  test('says so when there is no such command, or no such folder', () =>
    withScratch(async (folder) => {
      const absent = await failureOf(
        commandPlugin.undo({ argv: ['no-such-command-here'] }, anUndoContext(folder)),
      )
      const nowhere = await failureOf(
        commandPlugin.undo({ argv: ['pwd'], cwd: 'absent' }, anUndoContext(folder)),
      )

      assert.match(absent.message, /did not start: .*ENOENT/)
      assert.match(nowhere.message, /did not start/)
    }))

  test('keeps the end of long output, in whole lines, at most 4 KiB', () =>
    withScratch(async (folder) => {
      const { message } = await commandPlugin.undo({ argv: shell('seq 1 5000') }, anUndoContext(folder))

      assert.ok(message.length <= 4096, `${message.length}`)
      assert.match(message, /^\d{4}\n/)
      assert.ok(message.endsWith('\n4999\n5000'))
    }))

  test('is killed at its limit with everything it started', () =>
    withScratch(async (folder) => {
      const context = anUndoContext(folder)
      const script = 'echo begun; sleep 1000 & echo $! > grandchild; sleep 1000'
      const failure = await failureOf(commandPlugin.undo({ argv: shell(script), timeout: '400ms' }, context))
      const grandchild = Number(await readFile(join(folder, 'grandchild'), 'utf8'))

      assert.match(failure.message, /did not end within 400ms and was killed\nbegun/)
      assert.not.ok(isAlive(processIdentity(context.children[0] ?? 0)))
      await until(() => !isAlive(processIdentity(grandchild)))
    }))

  test('is killed at the limit of the step', () =>
    withScratch(async (folder) => {
      const limit = new AbortController()
      const onChild = () => limit.abort()
      const context = anUndoContext(folder, { signal: limit.signal, onChild })
      const failure = await failureOf(commandPlugin.undo({ argv: ['sleep', '1000'] }, context))

      assert.match(failure.message, /was killed at the time limit of the step/)
    }))

  test('says in one line what it would run', () => {
    assert.is(
      commandPlugin.describe({ argv: ['node', 'undo.js', 'two words'] }),
      'run node undo.js "two words"',
    )
    assert.is(commandPlugin.describe({ argv: ['make', 'undo'], cwd: '/srv' }), 'run make undo in /srv')
  })

  test('refuses a shell string, no command, and limits without a unit', () => {
    const wrong = [
      { argv: 'rm -rf /' },
      { argv: [] },
      { argv: [''] },
      { argv: ['a'], timeout: '5' },
      { argv: ['a'], env: ['A=b'] },
      { argv: ['a'], shell: true },
    ]
    for (const config of wrong)
      assert.not.ok(commandPlugin.configSchema.safeParse(config).success, JSON.stringify(config))
  })
})
