import * as assert from 'uvu/assert'
import { comparisonChecks } from '../../../harness/analysis/comparison/comparison-checks.ts'
import type { Comparison, ComparisonCheck } from '../../../harness/model/comparison.ts'
import { aComparison, aJudgedRun, DOUBTFUL, REGRESSED } from '../../kit/judged-runs.ts'
import { describe } from '../../kit/suite.ts'

const verdictOf = (comparison: Comparison, changes = {}) => aJudgedRun({ comparison, changes }).verdict
const suspect = (level: ComparisonCheck['level']): ComparisonCheck => ({
  ...REGRESSED,
  state: 'SUSPECT',
  level,
})

describe('A verdict with a comparison', (test) => {
  test('is not GO when a suspicion beyond twice the margin was not settled', () => {
    const { outcome, exitCode, reasons } = verdictOf(aComparison(suspect('invalid')))
    assert.equal([outcome, exitCode], ['INCONCLUSIVE', 3])
    assert.equal(
      reasons.map(({ code, severity, message }) => [code, severity, message]),
      [
        [
          'SUSPECT_UNSETTLED',
          'critical',
          'p50 may have regressed against main: +29.7 %, too much to pass without a confirmation',
        ],
      ],
    )
  })

  test('stays GO with a caution when the suspicion is small', () => {
    const { outcome, cautions } = verdictOf(aComparison(suspect('caution')))
    assert.equal([outcome, cautions.map(({ code }) => code)], ['GO', ['SUSPECT']])
  })

  test('is not GO when half as slow again would not have been seen', () => {
    const blind: ComparisonCheck = { ...REGRESSED, state: 'BLIND', level: 'invalid', detectable: 0.63 }
    const { outcome, reasons } = verdictOf(aComparison(blind))
    assert.equal([outcome, reasons[0]?.code], ['INCONCLUSIVE', 'BLIND'])
    assert.match(reasons[0]?.message ?? '', /^p50: a change of less than 63\.0 % /)
  })

  test('is NO-GO by a regression in a doubtful run only when the comparison made valid runs of its own', () => {
    const comparison = aComparison(REGRESSED)
    assert.is(verdictOf(comparison, DOUBTFUL).outcome, 'INCONCLUSIVE')
    assert.is(verdictOf({ ...comparison, believed: true }, DOUBTFUL).outcome, 'NO_GO')
  })

  test('says by which time a percentile of a late generator is judged', () => {
    const [check] = comparisonChecks(aComparison({ ...REGRESSED, step: 'pay', time: 'service_time' }), [])
    assert.is(check?.reason?.message, 'p50 (service_time) of pay regressed against main: +29.7 %')
  })

  test('names the steps that a change of the whole run comes from, where they are no gates themselves', () => {
    const slower = (step: string, metric: 'p50' | 'p99', change: number) => ({
      step,
      metric,
      change,
      pAdjusted: 0.001,
    })
    const steps = [slower('detail', 'p50', 1.2), slower('checkout', 'p50', 1.1), slower('list', 'p99', 0.5)]
    const messageOf = (...checks: ComparisonCheck[]) =>
      comparisonChecks({ ...aComparison(...checks), steps }, [])[0]?.reason?.message

    assert.is(
      messageOf(REGRESSED),
      'p50 regressed against main: +29.7 %; slower steps: detail p50 +120.0 %, checkout p50 +110.0 %',
    )
    assert.is(
      messageOf(REGRESSED, { ...REGRESSED, step: 'detail' }),
      'p50 regressed against main: +29.7 %; slower steps: checkout p50 +110.0 %',
    )
    assert.is(
      messageOf(
        { ...REGRESSED, metric: 'throughput', change: 0.1 },
        { ...REGRESSED, step: 'detail', state: 'OK' },
      ),
      'throughput regressed against main: -9.1 %; slower steps: checkout p50 +110.0 %',
    )
    assert.is(
      messageOf({ ...REGRESSED, step: 'pay', time: 'response_time' }),
      'p50 of pay regressed against main: +29.7 %',
    )
  })
})
