import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import {
  approveRun,
  autoBaseline,
  mayBeginBaseline,
  namedBaseline,
} from '../../../harness/app/compare/baselines.ts'
import type { RunPlan } from '../../../harness/model/plan.ts'
import { verdictDocument } from '../../../harness/model/verdict.ts'
import { aPlan } from '../../kit/builders.ts'
import { aCapturingHost } from '../../kit/capturing-host.ts'
import { putForeignBaseline } from '../../kit/foreign-baseline.ts'
import { aComparison, aJudgedRun, REGRESSED } from '../../kit/judged-runs.ts'
import { failureOf } from '../../kit/rollback.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'

const AUTO: RunPlan = aPlan({ autoBaseline: true })
const ref = { folder: 'baselines' }

describe('A baseline that a run is to be compared with', (test) => {
  test('is looked for before the load, in the folder and by the name that were given', () =>
    withScratch(async (cwd) => {
      const error = await failureOf(namedBaseline({ ...ref, name: 'main' }, cwd).require(AUTO))
      assert.equal(
        [error.code, error.exitCode, error.message],
        ['BASELINE_NOT_FOUND', 2, `there is no baseline test/main in ${join(cwd, 'baselines')}`],
      )
    }))

  for (const [how, comparer] of [
    ['named', (cwd: string) => namedBaseline({ ...ref, name: 'main' }, cwd)],
    ['taken by itself', (cwd: string) => autoBaseline(ref, cwd)],
  ] as const)
    test(`stops the run before its load when it is broken, ${how}`, () =>
      withScratch(async (cwd) => {
        await putForeignBaseline(cwd, 'test')
        const file = join(cwd, 'baselines', 'test', 'main.json')
        writeFileSync(file, '{"checksum":"x"}')
        const error = await failureOf(comparer(cwd).require(AUTO))
        assert.is(error.code, 'BASELINE_INVALID')
        assert.match(error.message, file)
      }))

  test('need not be there yet for a scenario that begins it', () =>
    withScratch(async (cwd) => {
      await autoBaseline(ref, cwd).require(AUTO)
      const { record } = aJudgedRun({ plan: { autoBaseline: true } })
      const comparison = await autoBaseline(ref, cwd).compare(record)
      assert.equal([comparison?.level, comparison?.checks[0]?.state], ['caution', 'NO-BASELINE'])
    }))

  test('of another machine makes a run INCONCLUSIVE when it was named, and is a caution otherwise', () =>
    withScratch(async (cwd) => {
      await putForeignBaseline(cwd, 'test')
      const { record } = aJudgedRun({
        plan: { autoBaseline: true },
        changes: { loadHash: 'another' },
      })
      const named = await namedBaseline({ ...ref, name: 'main' }, cwd).compare(record)
      const auto = await autoBaseline(ref, cwd).compare(record)
      assert.equal([named?.level, auto?.level], ['invalid', 'caution'])
      assert.match(named?.reason ?? '', /^not comparable, changed: the load .*--start-over$/)
    }))
})

describe('A run that is NO-GO by comparison', (test) => {
  test('enters no baseline without a reason', () =>
    withScratch(async (cwd) => {
      const { record, verdict } = aJudgedRun({ comparison: aComparison(REGRESSED) })
      writeFileSync(join(cwd, 'run.json'), JSON.stringify(record))
      writeFileSync(join(cwd, 'verdict.json'), JSON.stringify(verdictDocument(verdict)))
      const request = {
        run: '.',
        name: 'main',
        folder: 'baselines',
        by: 'ada',
        build: null,
        startOver: false,
      }
      const host = aCapturingHost([], cwd)
      const error = await failureOf(approveRun({ ...request, reason: null }, host))
      assert.equal([error.code, error.message], ['USAGE', 'the run is NO-GO, not GO'])
      assert.is((await approveRun({ ...request, reason: 'known' }, host)).outcome, 'NO_GO')
    }))
})

describe('A run of few requests', (test) => {
  const few = aJudgedRun({ plan: { autoBaseline: true }, okMs: Array.from({ length: 4 }, () => 20) })

  test('enters no baseline, whatever the reason: no later run could be compared with it', () =>
    withScratch(async (cwd) => {
      writeFileSync(join(cwd, 'run.json'), JSON.stringify(few.record))
      const request = {
        run: '.',
        name: 'main',
        folder: 'b',
        by: 'ada',
        build: null,
        startOver: false,
        reason: 'x',
      }
      const error = await failureOf(approveRun(request, aCapturingHost([], cwd)))
      assert.equal(
        [error.code, error.message, error.hint],
        [
          'USAGE',
          'the run cannot be a baseline: 80 requests are too few to compare the p99 of later runs with',
          'Run the scenario longer or with more load: 300 requests are needed.',
        ],
      )
    }))

  test('begins none by itself', async () => {
    const comparison = await autoBaseline(ref, '/nowhere').compare(few.record)
    const verdict = { ...few.verdict, comparison }
    const finished = { record: few.record, verdict, folder: '', files: {}, failures: [] }
    assert.is(mayBeginBaseline(finished), false)
    const enough = aJudgedRun({ plan: { autoBaseline: true } })
    assert.is(mayBeginBaseline({ ...finished, record: enough.record }), true)
  })
})

describe('A record whose scenario is a path', (test) => {
  test('writes nowhere: it is no record', () =>
    withScratch(async (cwd) => {
      const { record } = aJudgedRun({ changes: { scenario: '../../../escaped' } })
      writeFileSync(join(cwd, 'run.json'), JSON.stringify(record))
      const request = { run: '.', name: 'main', folder: 'a/b/c', by: 'ada', build: null, startOver: false }
      const error = await failureOf(approveRun({ ...request, reason: 'x' }, aCapturingHost([], cwd)))

      assert.equal([error.code, error.problems.map(({ path }) => path)], ['RECORD_INVALID', ['scenario']])
      assert.equal(readdirSync(cwd), ['run.json'])
    }))
})
