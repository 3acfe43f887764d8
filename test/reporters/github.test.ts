import * as assert from 'uvu/assert'
import type { Severity } from '../../harness/model/severity.ts'
import { githubReporter } from '../../harness/reporters/github.ts'
import { aReason } from '../kit/demands.ts'
import { describe } from '../kit/suite.ts'
import { aGoodRun, aHostileRun, aRegressedRun } from '../kit/verdicts.ts'

const reasons = (count: number, severity: Severity) =>
  Array.from({ length: count }, (_, i) => aReason(`X${i}`, `${severity} ${i}`, severity))
const countOf = (text: string, level: string) =>
  text.split('\n').filter((line) => line.startsWith(`::${level} `)).length

describe('Annotations for GitHub', (test) => {
  test('stand at the scenario, the worst first', () => {
    const [first, second, third] = githubReporter.render(aRegressedRun()).split('\n')

    assert.match(
      first ?? '',
      /^::error file=scenarios\/checkout\.ts,line=1,title=NO-GO test%3A p99 no worse than main::NO-GO: p99 regressed against main: .* Rolled back, system healthy\./,
    )
    assert.match(
      second ?? '',
      /^::error .*title=NO-GO test%3A Answer p99::Answer p99 was 400ms, limit 100ms, from 0:12 to the end/,
    )
    assert.match(third ?? '', /^::warning .*::throughput may have regressed/)
  })

  test('are at most ten of each level, the last of which tells how many more there are', () => {
    const { record, verdict } = aGoodRun()
    const cautions = [...reasons(12, 'warning'), ...reasons(11, 'info')]
    const text = githubReporter.render({
      record,
      verdict: { ...verdict, reasons: reasons(25, 'major'), cautions },
    })

    assert.equal(
      ['error', 'warning', 'notice'].map((level) => countOf(text, level)),
      [10, 10, 10],
    )
    assert.match(text, '::16 more: see the summary of the job')
    assert.match(text, '::3 more: see the summary of the job')
  })

  test('of a GO are one line of good news', () => {
    assert.is(githubReporter.render(aGoodRun()), '::notice title=GO test::3 of 3 objectives met\n')
  })

  test('escape what would end a message or a property', () => {
    const text = githubReporter.render(aHostileRun())

    assert.match(text, 'file=scenarios/a b%2Cc%3Ad%25%2C#1.ts,line=1,')
    for (const line of text.trimEnd().split('\n'))
      assert.match(line, /^::error file=[^:,]+,line=1,title=[^:,]+::/)
  })
})
