import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { compareStored } from '../../../harness/app/compare/compare-stored.ts'
import type { RunRecord } from '../../../harness/model/run-record.ts'
import { aJudgedRun } from '../../kit/judged-runs.ts'
import { failureOf } from '../../kit/rollback.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'

function store(cwd: string, name: string, changes: Partial<RunRecord> = {}): void {
  mkdirSync(join(cwd, name))
  writeFileSync(join(cwd, name, 'run.json'), JSON.stringify({ ...aJudgedRun({}).record, ...changes }))
}

const compared = (cwd: string, ...runs: readonly string[]) =>
  compareStored({ run: 'now', other: { runs }, baselines: 'baselines' }, cwd)

describe('A stored run beside other stored runs', (test) => {
  test('is compared, each of them being one of the build before', () =>
    withScratch(async (cwd) => {
      for (const name of ['now', 'one', 'two']) store(cwd, name, { runId: name })

      const { baseline, checks } = await compared(cwd, 'one', 'two')

      assert.is(baseline, null)
      assert.ok(checks.length > 0)
      assert.ok(checks.every(({ state }) => state !== 'REGRESSED'))
    }))

  test('is not compared with one of another load, and that is said', () =>
    withScratch(async (cwd) => {
      store(cwd, 'now')
      store(cwd, 'one', { loadHash: 'another' })

      const { level, reason, checks } = await compared(cwd, 'one')

      assert.equal([level, checks], ['invalid', []])
      assert.match(reason, 'not comparable, changed: the load')
    }))

  test('needs at least one of them', () =>
    withScratch(async (cwd) => {
      store(cwd, 'now')
      assert.is((await failureOf(compared(cwd))).code, 'USAGE')
    }))

  test('and an approved baseline that is not there is an error', () =>
    withScratch(async (cwd) => {
      store(cwd, 'now')
      const request = { run: 'now', other: { baseline: 'main' }, baselines: 'baselines' }
      assert.is((await failureOf(compareStored(request, cwd))).code, 'BASELINE_NOT_FOUND')
    }))
})
