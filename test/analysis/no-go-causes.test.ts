import * as assert from 'uvu/assert'
import { noGoCauses } from '../../harness/analysis/no-go-causes.ts'
import { aDemand } from '../kit/demands.ts'
import { aComparison, aJudgedRun, DOUBTFUL, REGRESSED } from '../kit/judged-runs.ts'
import { describe } from '../kit/suite.ts'
import { aVisual } from '../kit/visual-results.ts'

const causesOf = (parts: Parameters<typeof aJudgedRun>[0]) => {
  const { record, verdict } = aJudgedRun(parts)
  return noGoCauses(record, verdict).map(
    ({ kind, demand, severity }) => `${kind} ${severity}: ${demand.expect}`,
  )
}

describe('What made a verdict NO-GO', (test) => {
  test('is each gate that was missed, with its severity, whenever its metric is known', () => {
    assert.equal(
      causesOf({
        expects: [
          { expect: 'max(response_time) < 1ms', severity: 'critical' },
          { expect: 'p50(response_time) < 1ms', severity: 'warning' },
          'visual(homepage)',
          'error_ratio < 1%',
        ],
        changes: { visuals: [aVisual([{ code: 'TILE_BELOW_BOUND', message: 'why', evidence: {} }])] },
      }),
      ['objective critical: max(response_time) < 1ms', 'objective major: visual(homepage)'],
    )
  })

  test('is an objective without the data that it has to have', () => {
    const expect = 'p99(response_time{step=nobody}) < 1s'
    assert.equal(causesOf({ expects: ['error_ratio < 1%', { expect, onNoData: 'fail' }] }), [
      `objective major: ${expect}`,
    ])
    assert.equal(causesOf({ expects: ['max(response_time) < 1ms', expect] }), [
      'objective major: max(response_time) < 1ms',
    ])
  })

  test('is each gate of the comparison that regressed', () => {
    const ofStep = { ...REGRESSED, step: 'pay' }
    assert.equal(causesOf({ comparison: aComparison(REGRESSED, ofStep, { ...REGRESSED, level: 'ok' }) }), [
      'regression major: p50 no worse than main',
      'regression major: p50{step=pay} no worse than main',
    ])
  })

  test('is an objective that ended the load, whatever the whole run says of it', () => {
    const expect = 'p99(response_time) < 1s'
    const stop = {
      by: 'objective' as const,
      objective: aDemand(expect),
      atMs: 1,
      reason: 'x',
    }
    const enforcement = { events: [], stop, requirements: [], alerts: null }
    assert.equal(causesOf({ expects: [expect], changes: { enforcement, status: 'aborted' } }), [
      `objective major: ${expect}`,
    ])
  })

  test('is nothing of a run that is GO or INCONCLUSIVE, and nothing that is not believed', () => {
    assert.equal(causesOf({}), [])
    assert.equal(causesOf({ expects: ['max(response_time) < 1ms'], changes: DOUBTFUL }), [])
    assert.equal(causesOf({ comparison: aComparison(REGRESSED), changes: DOUBTFUL }), [])
  })
})
