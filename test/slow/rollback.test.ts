/** Rollbacks that are resumed with a real load, which shows the system healthy only where the machine lets it be believed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { RollbackRecord } from '../../harness/model/rollback.ts'
import { runRecordSchema } from '../../harness/model/run-record.ts'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import type { CliEnd } from '../kit/command-here.ts'
import { undoBegun, upToUndo } from '../kit/killed-rollback.ts'
import { KILLED_RUN as RUN, withKilledRollback } from '../kit/killed-rollback-place.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

/** On a busy machine a load may say nothing about its target: then it is looked at again, which undoes nothing again. */
async function resumed(place: Workplace, ...flags: readonly string[]): Promise<CliEnd> {
  let end = await place.run('rollback', 'resume', RUN, ...flags)
  const others = flags.filter((flag) => flag !== '--repeat-undo')
  for (let again = 0; again < 5 && end.status === 5 && end.stdout.includes('INCONCLUSIVE'); again++)
    end = await place.run('rollback', 'resume', RUN, ...others)
  return end
}

describe('proofload rollback', (test) => {
  test('resume leaves the files of the run as they would be had the rollback succeeded at once, and alerts resolved', () =>
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
      const first = await place.run('run', 'checkout.json', '--arm-rollback', '--json')
      assert.is(first.status, 5, first.stderr)
      const { runId, rollback } = JSON.parse(first.stdout)
      const statsNow = async () => JSON.parse((await place.run('rollback', 'stats', '--json')).stdout)
      const [failed] = await statsNow()
      assert.equal([failed.rollbacks, failed.failed, failed.meanRecoveryMs], [1, 1, null])
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
      const [settled] = await statsNow()
      assert.equal([settled.rollbacks, settled.succeeded, settled.failed], [1, 1, 0])
      assert.ok(settled.meanRecoveryMs > rollback.durationMs)
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

      assert.match(blocked.stdout, /blocked line-free: the deploy lock is held by ann@here/)
      assert.is(before.status, 0)
      assert.match(before.stdout, /its process died/)
      assert.match(line.stdout, /the deploy lock is held by ann@here .*p99 was 900ms/)
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
      assert.is((await place.run('rollback', 'status')).stdout, 'the deploy lock is free\n')
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
})
