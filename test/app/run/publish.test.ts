import * as assert from 'uvu/assert'
import { publishRun } from '../../../harness/app/run/publish.ts'
import { createRunMask } from '../../../harness/app/run/run-mask.ts'
import { aReason } from '../../kit/demands.ts'
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
  test('holds no secret in any of its files, nor in what is handed on', async () => {
    const secret = 'correct-horse-battery'
    const { record, verdict } = aJudgedRun({})
    const files: string[] = []
    const folder = {
      path: 'reports/run',
      write: (name: string, content: string | Uint8Array) => {
        files.push(String(content))
        return Promise.resolve(name)
      },
    }
    const reason = aReason('OBJECTIVE_MISSED', `refused ${secret}`)
    const options = { folder, cwd: '/', mask: createRunMask({ KEY: secret }, null), reports: ['markdown'] }
    const finished = await publishRun(
      { ...record, notes: [`a server said ${secret}`] },
      { ...verdict, reasons: [reason] },
      options,
    )
    assert.ok(files.length >= 3)
    for (const text of [...files, JSON.stringify([finished.record, finished.verdict])])
      assert.not.match(text, secret)
  })

  test('keeps the exit status of its verdict when all is written', async () => {
    const { verdict, failures } = await published(0, () => true)
    assert.equal([verdict.exitCode, failures], [0, []])
  })

  test('does not end with 0 when something could not be written, and says what', async () => {
    const { verdict, failures, files } = await published(0, (name) => name !== 'run.json')
    assert.equal([verdict.exitCode, failures], [4, ['run.json cannot be written: ENOSPC']])
    assert.equal([files['record'], files['verdict'] !== undefined], [undefined, true])
    assert.is((await published(0, (name) => name !== 'summary.md')).verdict.exitCode, 4)
  })

  test('keeps a status that says more', async () => {
    for (const status of [1, 3, 5]) assert.is((await published(status, () => false)).verdict.exitCode, status)
  })
})
