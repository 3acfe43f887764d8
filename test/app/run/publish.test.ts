import * as assert from 'uvu/assert'
import { publishRun } from '../../../harness/app/run/publish.ts'
import { createRunMask } from '../../../harness/app/run/run-mask.ts'
import { aJudgedRun } from '../../kit/judged-runs.ts'
import { describe } from '../../kit/suite.ts'

/** What becomes of a run whose folder takes only these files. */
async function published(exitCode: number, takes: (name: string) => boolean) {
  const { record, verdict } = aJudgedRun({})
  const folder = {
    path: 'reports/run',
    write: (name: string) =>
      takes(name) ? Promise.resolve(name) : Promise.reject(new Error(`${name} cannot be written: ENOSPC`)),
  }
  return publishRun(
    record,
    { ...verdict, exitCode },
    { folder, cwd: '/', mask: createRunMask({}, null), reports: ['markdown'] },
  )
}

describe('A run that is published', (test) => {
  test('keeps the exit status of its verdict when all is written', async () => {
    const { verdict, failures } = await published(0, () => true)
    assert.equal([verdict.exitCode, failures], [0, []])
  })

  test('does not end with 0 when something could not be written, and says what', async () => {
    const { verdict, failures } = await published(0, (name) => name !== 'run.json')
    assert.equal([verdict.exitCode, failures], [4, ['run.json cannot be written: ENOSPC']])
    assert.is((await published(0, (name) => name !== 'summary.md')).verdict.exitCode, 4)
  })

  test('keeps a status that says more', async () => {
    for (const status of [1, 3, 5]) assert.is((await published(status, () => false)).verdict.exitCode, status)
  })
})
