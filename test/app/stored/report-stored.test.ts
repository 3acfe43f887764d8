import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { readJudgedRun } from '../../../harness/app/stored/report-stored.ts'
import { verdictDocument } from '../../../harness/model/verdict.ts'
import { failureOf } from '../../kit/rollback.ts'
import { describe } from '../../kit/suite.ts'
import { aRegressedRun } from '../../kit/verdicts.ts'

/** A folder of a run with this beside its record. */
async function inRunFolder(verdict: string | null, body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-report-'))
  try {
    writeFileSync(join(folder, 'run.json'), JSON.stringify(aRegressedRun().record))
    if (verdict !== null) writeFileSync(join(folder, 'verdict.json'), verdict)
    await body(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('A stored run', (test) => {
  const run = aRegressedRun()
  const verdict = verdictDocument(run.verdict, run.files)

  test('comes with the verdict that was published, whether its folder or its record is named', () =>
    inRunFolder(JSON.stringify(verdict), async (folder) => {
      for (const run of ['.', 'run.json']) {
        const read = await readJudgedRun(run, folder)
        assert.is(read.verdict.comparison?.checks.length, 3)
      }
    }))

  for (const [what, beside] of [
    ['none is there', null],
    ['it is of another run', JSON.stringify({ ...verdict, runId: 'other' })],
  ] as const) {
    test(`is judged again where ${what}, and that it is compared with nothing is said`, () =>
      inRunFolder(beside, async (folder) => {
        const said: string[] = []
        const read = await readJudgedRun(folder, '/', (message) => said.push(message))

        assert.equal([read.verdict.runId, read.verdict.comparison], [verdict.runId, null])
        assert.match(said.join(), /^this run has no verdict\.json/)
      }))
  }

  for (const [what, beside] of [
    ['is torn', JSON.stringify(verdict).slice(0, 100)],
    ['is of another version', JSON.stringify({ ...verdict, schemaVersion: 2 })],
  ] as const) {
    test(`is not read where its verdict ${what}: the comparison would be gone without a word`, () =>
      inRunFolder(beside, async (folder) => {
        const error = await failureOf(readJudgedRun(folder, '/'))

        assert.equal(
          [error.code, error.message.includes(join(folder, 'verdict.json'))],
          ['RECORD_INVALID', true],
        )
      }))
  }
})
