/** kill -9 in the middle of each step, then a look and a resume from here: one undo, and the line is free. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { ROLLBACK_JOURNAL_FILE } from '../../../harness/app/rollback/journal.ts'
import { isRunning, readRollbackState } from '../../../harness/app/rollback/resume.ts'
import { readDeployLock } from '../../../harness/app/state/deploy-lock.ts'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { runCommandLine } from '../../../harness/cli/program.ts'
import { FileStateStore } from '../../../harness/store/state/file-state-store.ts'
import { aCapturingHost } from '../../kit/capturing-host.ts'
import { type KilledIn, killRollbackIn, resumeRollbackHere } from '../../kit/killed-rollback.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

/** Where the line is known to be held still. */
const HELD: readonly KilledIn[] = ['freeze', 'capture', 'drain', 'undo', 'verify', 'release']

const linesOf = (folder: string, file: string) =>
  existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim().split('\n') : []

describe('A rollback whose process is killed in the middle of', (test) => {
  for (const step of [...HELD, 'release-told'] as const) {
    test(`${step} says where it stood, and is resumed: one undo, no lock left`, () =>
      withScratch(async (folder) => {
        const state = join(folder, 'state.json')
        const pid = await killRollbackIn(step, folder, state)
        const store = new FileStateStore(state, createSystemClock())
        if (HELD.includes(step)) assert.is((await readDeployLock(store))?.pid, pid)

        const standing = await readRollbackState(folder)
        assert.not.ok(isRunning(standing))
        assert.is(standing.step, step.split('-')[0])
        assert.is(standing.process.pid, pid)

        const resuming = resumeRollbackHere(folder, state)
        if (step === 'undo') {
          // The undo that was begun runs still: it is waited for.
          await until(() =>
            linesOf(folder, ROLLBACK_JOURNAL_FILE).some((line) => line.includes('"kind":"resumed"')),
          )
          assert.equal(linesOf(folder, 'undone'), ['done'])
          writeFileSync(join(folder, 'go'), '')
        }
        const record = await resuming

        assert.is(record.outcome, 'succeeded', record.message)
        assert.is(
          record.message,
          step === 'undo'
            ? "the undo's end was not seen; the system is healthy"
            : 'default undone, the system is healthy',
        )
        assert.equal(linesOf(folder, 'undone'), ['done'])
        assert.is(await readDeployLock(store), null)
        await store.close()
      }))
  }

  test('verify, shown to people: the steps, the dead process, the lock, and what to do', () =>
    withScratch(async (folder) => {
      const state = join(folder, 'state.json')
      const pid = await killRollbackIn('verify', folder, state)
      const run = aCapturingHost(['rollback', 'status', folder, '--state', state], folder)
      const line = aCapturingHost(['rollback', 'status', '--state', state], folder)
      const status = await runCommandLine(run)
      await runCommandLine(line)

      assert.is(status, 0)
      assert.match(run.stdout.text, /rollback rollback-1 of run run-1 \(checkout\), begun /)
      assert.match(run.stdout.text, `its process died (process ${pid} on `)
      assert.match(run.stdout.text, /undo\s+│?\s*succeeded/)
      assert.match(run.stdout.text, /its end is not known/)
      assert.match(run.stdout.text, `to resume: proofload rollback resume ${folder}`)
      assert.match(run.stdout.text, `the deploy lock is held by `)
      assert.match(
        line.stdout.text,
        new RegExp(
          `the deploy lock is held by .*process ${pid} .*rollback-1.*p99 was 900ms; that process is gone`,
        ),
      )
    }))
})
