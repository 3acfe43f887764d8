/** Rollbacks whose process was killed, by the command line: looked at, resumed with a real load, given up. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { EMERGENCY_KEY } from '../../../harness/model/emergency.ts'
import { LINE_KEY } from '../../../harness/model/line.ts'
import { type RunRecord, runRecordSchema } from '../../../harness/model/run-record.ts'
import { openHistory } from '../../../harness/store/history/open-history.ts'
import { FileStateStore } from '../../../harness/store/state/file-state-store.ts'
import { aHistoryRun } from '../../contract/history.ts'
import { inWorkplace } from '../../kit/cli.ts'
import { aTakenStep, deadProcess, undoBegun, upToUndo } from '../../kit/killed-rollback.ts'
import { KILLED_RUN as RUN, withKilledRollback } from '../../kit/killed-rollback-place.ts'
import { aRollbackPlan } from '../../kit/rollback.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'
import { aRollback } from '../../kit/verdicts.ts'

/** What the load of a validation recorded; whether it could be believed is the machine's matter. */
function validationRecordIn(folder: string): RunRecord {
  return runRecordSchema.parse(JSON.parse(readFileSync(join(folder, 'validation-1', 'run.json'), 'utf8')))
}

describe('proofload rollback', (test) => {
  test('status of a run says when it is another that holds the line; a deploy can ask whether it is free', () =>
    withKilledRollback([...upToUndo, undoBegun()], async (place) => {
      const store = new FileStateStore(join(place.path, '.proofload', 'state.json'), createSystemClock())
      const other = {
        by: 'bob@here',
        runId: 'run-2',
        rollbackId: 'rollback-2',
        at: 'now',
        correlationId: 'c',
      }
      const dead = await deadProcess()
      await store.set(LINE_KEY, JSON.stringify({ ...other, ...dead, reason: 'errors 40 %' }))
      const status = await place.run('rollback', 'status', RUN)
      const held = await place.run('emergency', 'status', '--check')

      assert.match(status.stdout, /the deploy lock is held by bob@here .*rollback-2.*errors 40 %/)
      assert.is(held.status, 4)
      assert.match(held.stdout, /no load may be sent: the deploy lock is held by bob@here/)
      assert.is((await place.run('emergency', 'status')).status, 0)

      const released = await place.run('rollback', 'release', '--reason', 'set up anew')
      assert.match(released.stdout, /^released; it was held by bob@here/)
      assert.match(
        (await place.run('rollback', 'status')).stdout,
        /^the deploy lock is free\nlast released by .*: set up anew\n$/,
      )
      assert.is((await place.run('emergency', 'status', '--check')).status, 0)
      assert.is((await place.run('emergency', 'halt', '--reason', 'fire drill')).status, 0)
      assert.is((await place.run('emergency', 'status', '--check', '--json')).status, 4)
    }))

  test('resume starts targets of the scenario anew', () =>
    withKilledRollback(
      upToUndo.slice(0, -1),
      async (place, folder) => {
        place.write(
          'sandbox.yaml',
          'name: sandbox\ntarget: { plugin: sandbox }\nworkload: { pattern: constant-agents, agents: 2, duration: 5m, think: 50ms }\njourneys: { main: { steps: [{ operations: { mix: { safe: 1, risky: 0, complex: 0 } } }] } }\nobjectives: [error_ratio <= 1%]\n',
        )
        const { status, stdout } = await place.run('rollback', 'resume', RUN)

        assert.ok(status === 0 || status === 5, stdout)
        const { scenario, dispatch } = validationRecordIn(folder)
        assert.is(scenario, 'sandbox')
        assert.ok(dispatch.started > 0)
      },
      { validation: { source: 'sandbox.yaml', overrides: {}, threads: 1 } },
    ))

  test('resume that is interrupted lets the line go', () =>
    withKilledRollback(
      upToUndo.slice(0, -1),
      async (place, folder) => {
        const resuming = place.start('rollback', 'resume', RUN)
        await resuming.sees('rollback undo succeeded')
        await until(() => existsSync(join(folder, 'validation-1', 'journal.ndjson')))
        resuming.signal('SIGINT')
        const { status, stdout } = await resuming.ended

        assert.is(status, 5)
        assert.match(stdout, /interrupted after .*: interrupted before the system was shown healthy/)
        assert.is((await place.run('rollback', 'status')).stdout, 'the deploy lock is free\n')

        const again = await place.run('rollback', 'abort', RUN, '--reason', 'looked at by hand')
        assert.is(again.status, 2)
        assert.match(again.stderr, /the rollback has ended: interrupted/)
      },
      { plan: aRollbackPlan({ validationMs: 60_000 }) },
    ))

  test('resume whose load somebody halts ends unverified, and goes on when load may be sent again', () =>
    withKilledRollback(
      upToUndo.slice(0, -1),
      async (place, folder) => {
        const resuming = place.start('rollback', 'resume', RUN)
        await until(() => existsSync(join(folder, 'validation-1', 'journal.ndjson')))
        assert.is((await place.run('emergency', 'halt', '--reason', 'fire drill')).status, 0)
        const { status, stdout } = await resuming.ended

        assert.is(status, 5)
        assert.match(
          stdout,
          /unverified after .*: default undone, but it is not known whether the system is healthy: .*fire drill; when load may be sent again, `proofload rollback resume/,
        )
        const halted = JSON.parse(readFileSync(join(folder, 'validation-1', 'run.json'), 'utf8'))
        assert.is(halted.status, 'halted')
        const state = JSON.parse((await place.run('rollback', 'status', RUN, '--json')).stdout)
        assert.equal([state.state, state.steps[4].outcome], ['unverified', 'prevented'])
        assert.match(readFileSync(join(place.path, 'undone'), 'utf8'), /^done\n$/)
      },
      { plan: aRollbackPlan({ validationMs: 60_000 }) },
    ))

  test('resume is not kept from its load by the halt that the run itself has set', () =>
    withKilledRollback(upToUndo.slice(0, -1), async (place, folder) => {
      const halt = { state: 'HALT', by: 'run run-1', at: 'now', reason: 'limit', correlationId: 'c' }
      const store = new FileStateStore(join(place.path, '.proofload', 'state.json'), createSystemClock())
      await store.set(EMERGENCY_KEY, JSON.stringify(halt))
      const { status, stdout } = await place.run('rollback', 'resume', RUN)

      assert.ok(status === 0 || status === 5, stdout)
      assert.is(validationRecordIn(folder).status, 'complete')
    }))

  test('resume does nothing that it cannot write down first: a full disk', () =>
    withKilledRollback(upToUndo, async (place) => {
      // Files may not grow beyond 2 KiB, which the journal is about to reach or has reached.
      const small = ['sh', '-c', 'ulimit -f 4; exec "$@"', 'sh']
      const { status, stderr } = await place.startUnder(small, 'rollback', 'resume', RUN).ended

      assert.ok(status === 4 || status === 5, stderr)
      assert.match(stderr, /rollback\.ndjson cannot be written: (EFBIG|only \d+ of \d+ bytes)/)
      assert.not.ok(existsSync(join(place.path, 'undone')))
      assert.is((await place.run('rollback', 'status')).stdout, 'the deploy lock is free\n')
      await place.run('rollback', 'resume', RUN)
      assert.match(readFileSync(join(place.path, 'undone'), 'utf8'), /^done\n$/)
    }))

  test('abort frees the line, and keeps the rollback from being resumed', () =>
    withKilledRollback([...upToUndo, undoBegun()], async (place) => {
      const aborted = await place.run('rollback', 'abort', RUN, '--reason', 'put back by hand')
      const status = await place.run('rollback', 'status', RUN)
      const resumed = await place.run('rollback', 'resume', RUN)

      assert.is(aborted.status, 0, aborted.stderr)
      assert.match(status.stdout, /aborted by .*: put back by hand/)
      assert.match(status.stdout, /the deploy lock is free/)
      assert.is(resumed.status, 2)
      assert.match(resumed.stderr, /USAGE: the rollback was aborted by .*: put back by hand/)
      assert.not.ok(existsSync(join(place.path, 'undone')))
    }))

  test('stats counts the rollbacks of the history by scenario', () =>
    inWorkplace(async (place) => {
      const none = await place.run('rollback', 'stats')
      assert.is(none.stdout, 'no rollbacks yet; a run that rolls back is stored here with its outcome\n')
      assert.equal(JSON.parse((await place.run('rollback', 'stats', '--json')).stdout), [])

      const history = await openHistory(join(place.path, '.proofload', 'history.db'))
      const { verdict } = aHistoryRun(0)
      const outcomes = ['succeeded', 'failed', 'unverified', 'not-armed'] as const
      for (const [night, outcome] of outcomes.entries()) {
        const steps = outcome === 'succeeded' ? [{ ...aTakenStep('verify'), durationMs: 5_000 }] : []
        const rollback = aRollback({ outcome, steps, startedAt: '2026-11-21T09:29:50.000Z' })
        await history.add(aHistoryRun(night, { scenario: 'checkout', verdict: { ...verdict, rollback } }))
      }
      await history.close()

      const { status, stdout } = await place.run('rollback', 'stats')
      assert.is(status, 0)
      assert.match(stdout, /checkout +3 +1 \(33\.333 %\) +1 +1 +15s +15s\n/)
      const [stats] = JSON.parse((await place.run('rollback', 'stats', '--json')).stdout)
      assert.equal([stats.rollbacks, stats.succeeded, stats.meanRecoveryMs], [3, 1, 15_000])
      assert.is((await place.run('rollback', 'resume', RUN, '--no-history', '--build', 'x')).status, 2)
    }))

  test('tells apart what is no run, and leaves nothing behind there', () =>
    inWorkplace(async (place) => {
      for (const words of [['status'], ['resume'], ['abort', '--reason', 'x']] as const) {
        const [name, ...more] = words
        const { status, stderr } = await place.run('rollback', name, '.', ...more)
        assert.is(status, 2)
        assert.match(stderr, /ROLLBACK_NOT_FOUND: no rollback was started/)
      }
      assert.equal(readdirSync(place.path), [])
      const { stdout } = await place.run('rollback', 'resume', '--help')
      assert.match(stdout, /--repeat-undo/)
      assert.match(stdout, /Examples:/)
    }))
})
