import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { verdictDocument } from '../../harness/model/verdict.ts'
import { readRunRecord, readVerdict, requireVerdict } from '../../harness/store/stored-run.ts'
import { aRecord } from '../kit/builders.ts'
import { aJudgedRun } from '../kit/judged-runs.ts'
import { failureOf } from '../kit/rollback.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

describe('A stored run', (test) => {
  test('whose plan is broken is refused, with the file and the place in it', () =>
    withScratch(async (folder) => {
      const record = aRecord({ okMs: [10] })
      const plan = { ...record.plan, workloads: [{ ...record.plan.workloads[0], agents: 'many' }] }
      writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...record, plan }))

      const error = await failureOf(readRunRecord(folder, '/'))

      assert.is(error.code, 'RECORD_INVALID')
      assert.ok(error.message.startsWith(`${join(folder, 'run.json')} is not a run record`))
      assert.equal(
        error.problems.map(({ path }) => path),
        ['plan.workloads.0.agents'],
      )
    }))
})

describe('A stored run with an objective of a metric that does not exist', (test) => {
  test('is refused, with its place', () =>
    withScratch(async (folder) => {
      const { objectives } = parseObjectives(['error_ratio < 1%'], 'objectives')
      const record = aRecord({ okMs: [10], objectives })
      const text = JSON.stringify(record).replaceAll('"metric":"error_ratio"', '"metric":"nosuch"')
      writeFileSync(join(folder, 'run.json'), text)

      const { code, problems } = await failureOf(readRunRecord(folder, '/'))

      assert.is(code, 'RECORD_INVALID')
      assert.equal(problems, [{ path: 'plan.objectives.0', message: 'there is no metric nosuch' }])
    }))
})

describe('The verdict of a stored run', (test) => {
  test('is none where there is no file, which is an error where there must be one', () =>
    withScratch(async (folder) => {
      assert.is(await readVerdict(folder), null)
      const { code, message } = await failureOf(requireVerdict(folder))
      assert.is(code, 'RECORD_NOT_FOUND')
      assert.match(message, join(folder, 'verdict.json'))
    }))

  test('is refused where its file is broken, with its name', () =>
    withScratch(async (folder) => {
      writeFileSync(join(folder, 'verdict.json'), '{"outcome"')
      const { code, message } = await failureOf(readVerdict(folder))
      assert.is(code, 'RECORD_INVALID')
      assert.match(message, join(folder, 'verdict.json'))
    }))

  test('is read as it was written', () =>
    withScratch(async (folder) => {
      const verdict = verdictDocument(aJudgedRun({}).verdict)
      writeFileSync(join(folder, 'verdict.json'), JSON.stringify(verdict))
      assert.equal(await requireVerdict(folder), verdict)
    }))
})
