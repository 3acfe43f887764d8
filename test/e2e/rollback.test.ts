/** Rollbacks whose process was killed, by the command line: looked at, resumed with a real load, given up. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../harness/base/clock.ts'
import { EMERGENCY_KEY } from '../../harness/model/emergency.ts'
import { LINE_KEY } from '../../harness/model/line.ts'
import type { RollbackRecord } from '../../harness/model/rollback.ts'
import type { RollbackBegun } from '../../harness/model/rollback-journal.ts'
import { runRecordSchema } from '../../harness/model/run-record.ts'
import { FileStateStore } from '../../harness/store/state/file-state-store.ts'
import { type CliEnd, inWorkplace, type Workplace } from '../kit/cli.ts'
import { deadProcess, leaveJournal, undoBegun, upToUndo } from '../kit/killed-rollback.ts'
import { aRollbackPlan } from '../kit/rollback.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

const RUN = 'reports/checkout/run-1'

/** A server that fails until the file `undone` is there, and a run in whose rollback the process was killed. */
async function withKilledRollback(
  entries: Parameters<typeof leaveJournal>[1],
  body: (place: Workplace, folder: string) => Promise<void>,
  changes: Partial<RollbackBegun> = {},
): Promise<void> {
  await inWorkplace(async (place) => {
    const server = await startHttpServer((_request, response) => {
      if (!existsSync(join(place.path, 'undone'))) response.statusCode = 500
      response.end('ok')
    })
    const folder = join(place.path, RUN)
    mkdirSync(folder, { recursive: true })
    const validation = { source: `${server.url}/`, overrides: { agents: 2, think: '20ms' }, threads: 1 }
    const begun = await leaveJournal(folder, entries, { validation, cwd: place.path, ...changes })
    const store = new FileStateStore(join(place.path, '.proofload', 'state.json'), createSystemClock())
    const owner = {
      by: 'ann@here',
      runId: 'run-1',
      rollbackId: 'rollback-1',
      at: begun.at,
      correlationId: 'c',
    }
    await store.set(LINE_KEY, JSON.stringify({ ...owner, ...(await deadProcess()), reason: 'p99 was 900ms' }))
    try {
      await body(place, folder)
    } finally {
      await server.close()
    }
  })
}

/** On a busy machine a load may say nothing about its target: then it is looked at again, which undoes nothing again. */
async function resumed(place: Workplace, ...flags: readonly string[]): Promise<CliEnd> {
  let end = await place.run('rollback', 'resume', RUN, ...flags)
  const others = flags.filter((flag) => flag !== '--repeat-undo')
  for (let again = 0; again < 5 && end.status === 5 && end.stdout.includes('INCONCLUSIVE'); again++)
    end = await place.run('rollback', 'resume', RUN, ...others)
  return end
}

describe('proofload rollback', (test) => {
  test('resume leaves the files of the run as they would be had the rollback ended well at once, and alerts resolved', () =>
    inWorkplace(async (place) => {
      const server = await startHttpServer((_request, response) => {
        if (!existsSync(join(place.path, 'undone'))) response.statusCode = 500
        response.end('ok')
      })
      const argv = ['sh', '-c', 'test -e ready && echo done >> undone']
      const scenario = {
        name: 'checkout',
        target: { plugin: 'http', config: { url: server.url } },
        workload: { pattern: 'constant-agents', agents: 2, duration: '30s', think: '20ms' },
        journeys: { ask: { steps: [{ request: { path: '/' } }] } },
        objectives: [{ expect: 'error_ratio < 5%', window: '2s', rollback: true, severity: 'critical' }],
        alerts: { channels: { terminal: { plugin: 'console' } } },
        rollback: { procedures: { default: { plugin: 'command', config: { argv } } }, validation: '1s' },
      }
      place.write('checkout.json', JSON.stringify(scenario))
      const first = await place.run('run', 'checkout.json', '--arm-rollback', '--json', '--no-history')
      assert.is(first.status, 5, first.stderr)
      const { runId, rollback } = JSON.parse(first.stdout)
      const run = join('reports', 'checkout', runId)
      assert.match(place.read(join(run, 'summary.md')), /Rollback: failed/)
      place.write('ready', '')
      let again = await place.run('rollback', 'resume', run, '--repeat-undo')
      for (let look = 0; look < 5 && again.status === 5; look++)
        again = await place.run('rollback', 'resume', run)
      await server.close()

      assert.is(again.status, 0, `${again.stdout}${again.stderr}`)
      const record = runRecordSchema.parse(JSON.parse(place.read(join(run, 'run.json'))))
      const verdict = JSON.parse(place.read(join(run, 'verdict.json')))
      assert.equal(
        [record.rollback?.outcome, verdict.rollback.outcome, verdict.outcome, verdict.exitCode],
        ['succeeded', 'succeeded', 'NO_GO', 1],
      )
      assert.equal(record.rollback, JSON.parse(place.read(join(run, 'rollback.json'))))
      assert.match(place.read(join(run, 'summary.md')), /Rollback: succeeded/)
      assert.ok(verdict.rollback.durationMs > rollback.durationMs)
      assert.is(verdict.rollback.startedAt, rollback.startedAt)
      assert.match(again.stderr, /RESOLVED.*checkout: error_ratio < 5% is well again/i)
      assert.match(again.stderr, /RESOLVED.*checkout: rollback succeeded/i)
    }))

  test('resume undoes what was not undone, shows the system healthy by a load, and frees the line', () =>
    withKilledRollback(upToUndo.slice(0, -1), async (place, folder) => {
      const blocked = await place.run('preflight', 'http://127.0.0.1:1/')
      const before = await place.run('rollback', 'status', RUN)
      const line = await place.run('rollback', 'status')
      const { status, stdout, stderr } = await resumed(place, '--json')
      assert.is(status, 0, `${stdout}${stderr}`)
      const record = JSON.parse(stdout) as RollbackRecord
      const after = await place.run('rollback', 'status', RUN, '--json')

      assert.match(blocked.stdout, /blocked line-free: the line is stopped by ann@here/)
      assert.is(before.status, 0)
      assert.match(before.stdout, /its process died/)
      assert.match(line.stdout, /the line is stopped by ann@here .*p99 was 900ms/)
      assert.is(record.outcome, 'succeeded', record.message)
      assert.match(stderr, /rollback verify succeeded in .*: the validation load says GO: \d+ requests/)
      assert.match(readFileSync(join(place.path, 'undone'), 'utf8'), /^done\n$/)
      const validations = readdirSync(folder).filter((name) => name.startsWith('validation-'))
      const validation = JSON.parse(readFileSync(join(folder, validations[0] ?? '', 'run.json'), 'utf8'))
      assert.is(validation.runId, 'run-1-validation-1')
      assert.is(validation.correlationId, 'correlation-1')
      assert.is(validation.plan.durationMs, 1_000)
      assert.is(JSON.parse(after.stdout).state, 'succeeded')
      assert.is(JSON.parse(after.stdout).line, null)
      assert.is((await place.run('rollback', 'status')).stdout, 'the line is free\n')
    }))

  test('resume of an undo whose end was not seen ends with 5 while the system is not healthy; repeated, with 0', () =>
    withKilledRollback([...upToUndo, undoBegun()], async (place, folder) => {
      const first = await place.run('rollback', 'resume', RUN)
      assert.is(first.status, 5, first.stdout)
      assert.match(
        first.stdout,
        /failed after .*: the undo's end was not seen, and the system is not healthy: the validation load says NO-GO/,
      )
      assert.match(first.stdout, /--repeat-undo/)
      assert.not.ok(existsSync(join(place.path, 'undone')))
      assert.is(
        readdirSync(folder).filter((name) => name.startsWith('validation-')).length,
        3,
        'three attempts',
      )

      const second = await resumed(place, '--repeat-undo')
      assert.is(second.status, 0, `${second.stdout}${second.stderr}`)
      assert.match(second.stdout, /succeeded after .*: default undone, the system is healthy/)
      assert.match(readFileSync(join(place.path, 'undone'), 'utf8'), /^done\n$/)
    }))

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

      assert.match(status.stdout, /the line is stopped by bob@here .*rollback-2.*errors 40 %/)
      assert.is(held.status, 4)
      assert.match(held.stdout, /no load may be sent: the line is stopped by bob@here/)
      assert.is((await place.run('emergency', 'status')).status, 0)

      const released = await place.run('rollback', 'release', '--reason', 'set up anew')
      assert.match(released.stdout, /^released; it was stopped by bob@here/)
      assert.match(
        (await place.run('rollback', 'status')).stdout,
        /^the line is free\nlast released by .*: set up anew\n$/,
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
        const { status, stdout } = await resumed(place)

        assert.is(status, 0, stdout)
        assert.ok(existsSync(join(folder, 'validation-1', 'verdict.json')))
      },
      { validation: { source: 'sandbox.yaml', overrides: {}, threads: 1 } },
    ))

  test('resume that is interrupted lets the line go', () =>
    withKilledRollback(
      upToUndo.slice(0, -1),
      async (place, folder) => {
        const resuming = place.start('rollback', 'resume', RUN)
        await resuming.sees('rollback undo succeeded')
        while (!existsSync(join(folder, 'validation-1', 'journal.ndjson')))
          await new Promise((resolve) => setTimeout(resolve, 20))
        resuming.child.kill('SIGINT')
        const { status, stdout } = await resuming.ended

        assert.is(status, 5)
        assert.match(stdout, /interrupted after .*: interrupted before the system was shown healthy/)
        assert.is((await place.run('rollback', 'status')).stdout, 'the line is free\n')

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
        while (!existsSync(join(folder, 'validation-1', 'journal.ndjson')))
          await new Promise((resolve) => setTimeout(resolve, 20))
        assert.is((await place.run('emergency', 'halt', '--reason', 'fire drill')).status, 0)
        const { status, stdout } = await resuming.ended

        assert.is(status, 5)
        assert.match(
          stdout,
          /unverified after .*: default undone, and nobody knows whether the system is healthy: .*fire drill; when load may be sent again, `proofload rollback resume/,
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
    withKilledRollback(upToUndo.slice(0, -1), async (place) => {
      const halt = { state: 'HALT', by: 'run run-1', at: 'now', reason: 'limit', correlationId: 'c' }
      const store = new FileStateStore(join(place.path, '.proofload', 'state.json'), createSystemClock())
      await store.set(EMERGENCY_KEY, JSON.stringify(halt))
      const { status, stdout } = await resumed(place)

      assert.is(status, 0, stdout)
    }))

  test('resume does nothing that it cannot write down first: a full disk', () =>
    withKilledRollback(upToUndo, async (place) => {
      // Files may not grow beyond 2 KiB, which the journal is about to reach or has reached.
      const small = ['sh', '-c', 'ulimit -f 4; exec "$@"', 'sh']
      const { status, stderr } = await place.startUnder(small, 'rollback', 'resume', RUN).ended

      assert.ok(status === 4 || status === 5, stderr)
      assert.match(stderr, /rollback\.ndjson cannot be written: (EFBIG|only \d+ of \d+ bytes)/)
      assert.not.ok(existsSync(join(place.path, 'undone')))
      assert.is((await place.run('rollback', 'status')).stdout, 'the line is free\n')
      assert.is((await resumed(place)).status, 0)
      assert.match(readFileSync(join(place.path, 'undone'), 'utf8'), /^done\n$/)
    }))

  test('abort frees the line, and keeps the rollback from being resumed', () =>
    withKilledRollback([...upToUndo, undoBegun()], async (place) => {
      const aborted = await place.run('rollback', 'abort', RUN, '--reason', 'put back by hand')
      const status = await place.run('rollback', 'status', RUN)
      const resumed = await place.run('rollback', 'resume', RUN)

      assert.is(aborted.status, 0, aborted.stderr)
      assert.match(status.stdout, /aborted by .*: put back by hand/)
      assert.match(status.stdout, /the line is free/)
      assert.is(resumed.status, 2)
      assert.match(resumed.stderr, /USAGE: the rollback was aborted by .*: put back by hand/)
      assert.not.ok(existsSync(join(place.path, 'undone')))
    }))

  test('tells apart what is no run, and leaves nothing behind there', () =>
    inWorkplace(async (place) => {
      for (const words of [['status'], ['resume'], ['abort', '--reason', 'x']] as const) {
        const [name, ...more] = words
        const { status, stderr } = await place.run('rollback', name, '.', ...more)
        assert.is(status, 2)
        assert.match(stderr, /ROLLBACK_NOT_FOUND: no rollback was begun/)
      }
      assert.equal(readdirSync(place.path), [])
      const { stdout } = await place.run('rollback', 'resume', '--help')
      assert.match(stdout, /--repeat-undo/)
      assert.match(stdout, /Examples:/)
    }))
})
