import * as assert from 'uvu/assert'
import type { Reporter, ReportInput } from '../../harness/ports/reporter.ts'
import type { ReadReport } from '../kit/report-readers.ts'
import { describe } from '../kit/suite.ts'
import { aHostileRun, SAMPLE_RUNS } from '../kit/verdicts.ts'

/** What every report that is text promises; `read` is how its readers read it. */
export function reporterContract(reporter: Reporter, read: ReadReport): void {
  const render = async (run: ReportInput): Promise<string> => String(await reporter.render(run))

  describe(`${reporter.name}, report contract`, (test) => {
    test('has a name that people can type, and a file of its own in the folder of the run', () => {
      assert.match(reporter.name, /^[a-z]+(-[a-z]+)*$/)
      assert.match(reporter.fileName, /^[a-z]+([-./][a-z]+)*$/)
    })

    for (const [name, run] of Object.entries(SAMPLE_RUNS)) {
      test(`tells a run that is ${name} in a form that its readers understand, the same way each time`, async () => {
        const text = await render(run())

        assert.ok(text.endsWith('\n'))
        assert.is(await render(run()), text)
        const isEmptyList = text.trim() === '[]'
        assert.is(read(text).length === 0, isEmptyList)
        if (isEmptyList)
          assert.equal(run().verdict.reasons, [], 'only a run without trouble has an empty list')
      })
    }

    test('keeps what is from outside as text', async () => {
      const text = await render(aHostileRun())

      assert.match(read(text), '<script>alert(1)</script>')
    })

    test('holds nothing that steers a terminal or turns the direction of reading', async () => {
      const text = await render(aHostileRun())

      assert.not.match(
        text.replaceAll('\r\n', '\n').replaceAll('\n', ''),
        /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u,
      )
    })
  })
}
