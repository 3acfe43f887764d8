import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { tellGithub } from '../../../harness/app/reports/github-summary.ts'
import { describe } from '../../kit/suite.ts'
import { aRegressedRun } from '../../kit/verdicts.ts'

/** Tells a job with this environment; gives what it got on stderr and what was noted. */
async function tell(env: Record<string, string>): Promise<{ stderr: string; notes: string[] }> {
  const notes: string[] = []
  let stderr = ''
  const write = (text: string) => {
    stderr += text
  }
  const host = { env, stderr: { isTerminal: false, hasColours: false, columns: 80, write } }
  await tellGithub(aRegressedRun(), host, (note) => notes.push(note))
  return { stderr, notes }
}

describe('A job of GitHub Actions', (test) => {
  test('gets the summary after what is there, and annotations on stderr', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'proofload-github-'))
    const file = join(folder, 'summary.md')
    writeFileSync(file, 'before\n')

    const { stderr } = await tell({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file })

    assert.match(readFileSync(file, 'utf8'), /^before\n# ❌ NO-GO: test\n/)
    assert.match(stderr, /^::error file=scenarios\/checkout\.ts,line=1,title=.*\n::error .*\n::warning .*\n$/)
    rmSync(folder, { recursive: true })
  })

  test('is told nothing where there is none', async () => {
    assert.equal(await tell({}), { stderr: '', notes: [] })
  })

  test('that cannot be written to is a note, and the annotations come all the same', async () => {
    const { stderr, notes } = await tell({
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: '/nowhere/at/all.md',
    })

    assert.match(stderr, '::error ')
    assert.match(notes.join(), /^the summary of the job cannot be written: ENOENT/)
  })
})
