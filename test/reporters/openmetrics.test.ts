import * as assert from 'uvu/assert'
import { openmetricsReporter } from '../../harness/reporters/openmetrics.ts'
import { describe } from '../kit/suite.ts'
import { aBadRun, aGoodRun } from '../kit/verdicts.ts'

describe('Metrics of a run', (test) => {
  test('are in seconds and ratios, by step', () => {
    const text = openmetricsReporter.render(aBadRun())

    assert.match(text, 'proofload_verdict{scenario="test"} 1\n')
    assert.match(text, 'proofload_error_ratio{scenario="test",step="pay"} 0.1\n')
    assert.match(
      text,
      'proofload_response_time_seconds{scenario="test",step="ask",statistic="p99"} 1.210367\n',
    )
  })

  test('have the same names in every run, so that two of them compare', () => {
    const { record, verdict } = aGoodRun()
    const other = { record: { ...record, runId: 'other' }, verdict: { ...verdict, runId: 'other' } }

    assert.is(openmetricsReporter.render(other), openmetricsReporter.render({ record, verdict }))
  })

  test('leave out what no request was measured for', () => {
    const { record, verdict } = aGoodRun()
    const empty = { ...verdict.summary.responseTimeMs, count: 0 }
    const summary = { ...verdict.summary, responseTimeMs: empty, steps: {} }

    assert.not.match(
      openmetricsReporter.render({ record, verdict: { ...verdict, summary } }),
      'response_time_seconds',
    )
  })
})
