import * as assert from 'uvu/assert'
import { judge } from '../../harness/analysis/judge.ts'
import { reports } from '../../harness/app/reports/documents.ts'
import { reporters } from '../../harness/reporters/index.ts'
import { reporterContract } from '../contract/reporter.ts'
import { assertGolden } from '../kit/golden.ts'
import { aJudgedRun, DOUBTFUL } from '../kit/judged-runs.ts'
import { READERS } from '../kit/report-readers.ts'
import { describe } from '../kit/suite.ts'
import { SAMPLE_RUNS } from '../kit/verdicts.ts'

for (const reporter of reporters.all) {
  const read = READERS[reporter.name]
  if (read !== undefined) reporterContract(reporter, read)
}

describe('The reports', (test) => {
  test('each have a reader that tests them', () => {
    assert.equal(
      reporters.names.filter((name) => READERS[name] === undefined),
      [],
    )
  })

  const withWords = ['console', 'markdown', 'junit', 'github', 'gitlab', 'sarif', 'json', 'html']
  for (const name of withWords)
    test(`say as ${name} that INCONCLUSIVE is accepted, and are not red`, async () => {
      const { record } = aJudgedRun({ changes: DOUBTFUL })
      const verdict = judge(record, { strict: false, inconclusive: 'warn' })
      const text = String(await reports.get(name).render({ record, verdict, files: {} }))

      assert.match(text.replaceAll(/\s+/g, ' '), /exit status 0 because of --inconclusive warn/)
      assert.not.match(text, /^::error|"level": ?"error"/m)
    })

  test('each go to a file of their own', () => {
    const files = reporters.all.map(({ fileName }) => fileName)

    assert.is(new Set(files).size, files.length)
  })

  for (const name of ['csv', 'github', 'gitlab', 'junit', 'markdown', 'openmetrics', 'sarif', 'console']) {
    const { fileName, render } = reporters.get(name)
    for (const [sample, run] of Object.entries(SAMPLE_RUNS)) {
      test(`of a run that is ${sample} look as ${name} as they did`, async () => {
        const text = String(await render(run()))

        assertGolden(text, new URL(`./golden/${sample}.${fileName}`, import.meta.url))
      })
    }
  }
})
