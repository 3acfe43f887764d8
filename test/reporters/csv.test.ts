import { parse } from 'csv-parse/sync'
import * as assert from 'uvu/assert'
import { csvReporter } from '../../harness/reporters/csv.ts'
import { describe } from '../kit/suite.ts'
import { aBadRun, aRegressedRun, type JudgedRecord } from '../kit/verdicts.ts'

const rowsOf = (run: JudgedRecord): Record<string, string>[] =>
  parse(csvReporter.render(run), { columns: true, recordDelimiter: '\r\n' }) as Record<string, string>[]

describe('Figures as CSV', (test) => {
  test('are those of the verdict', () => {
    const { record, verdict } = aBadRun()
    const rows = rowsOf({ record, verdict })
    const figureOf = (wanted: Record<string, string>) =>
      Number(
        rows.find((row) => Object.entries(wanted).every(([name, value]) => row[name] === value))?.['value'],
      )

    assert.is(figureOf({ kind: 'summary', metric: 'requests' }), 6000)
    assert.is(
      figureOf({ kind: 'step', step: 'ask', metric: 'p99(response_time)' }),
      verdict.summary.steps['ask']?.responseTimeMs.p99,
    )
    assert.is(figureOf({ kind: 'step', step: 'pay', metric: 'errors status' }), 200)
    assert.is(
      figureOf({ kind: 'component', component: 'llm', metric: 'max(component_time)', unit: 'ms' }),
      1004.543,
    )
    assert.is(figureOf({ kind: 'objective', objective: 'error_ratio-lt-1pct', unit: 'ratio' }), 200 / 6000)
  })

  test('add up over the intervals to those of the run', () => {
    const requests = rowsOf(aBadRun()).filter(
      ({ kind, metric }) => kind === 'interval' && metric === 'requests',
    )

    assert.is(new Set(requests.map(({ startMs }) => startMs)).size, 40)
    assert.is(
      requests.reduce((sum, { value }) => sum + Number(value), 0),
      6000,
    )
  })

  test('leave out what nobody measured', () => {
    const { record, verdict } = aRegressedRun()
    const checks = verdict.comparison!.checks.map((check) => ({ ...check, change: null }))
    const rows = rowsOf({ record, verdict: { ...verdict, comparison: { ...verdict.comparison!, checks } } })

    assert.equal(
      rows.filter(({ kind, metric }) => kind === 'comparison' || metric === 'target_cpu'),
      [],
    )
  })

  test('tell a name that looks like a formula from a negative number', () => {
    const { record, verdict } = aBadRun()
    for (const scenario of ['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '＝1'])
      assert.is(rowsOf({ record: { ...record, scenario }, verdict })[0]?.['scenario'], `'${scenario}`)
    const { comparison } = aRegressedRun().verdict
    const improved = {
      ...comparison!,
      checks: comparison!.checks.map((check) => ({ ...check, change: -0.2 })),
    }

    const rows = rowsOf({ record, verdict: { ...verdict, comparison: improved } })

    assert.is(rows.find(({ kind }) => kind === 'comparison')?.['value'], '-0.2')
  })
})
