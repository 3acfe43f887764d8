import * as assert from 'uvu/assert'
import { judge } from '../../harness/analysis/judge.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { verdictAlert } from '../../harness/analysis/verdict-alert.ts'
import { aRecord } from '../kit/builders.ts'
import { aComparison, aJudgedRun, DOUBTFUL, REGRESSED } from '../kit/judged-runs.ts'
import { describe } from '../kit/suite.ts'

const AT = '2026-11-21T09:31:00.000Z'
const MAX = 'max(response_time) < 1ms'

const alertOf = (parts: Parameters<typeof aJudgedRun>[0]) => {
  const { record, verdict } = aJudgedRun(parts)
  return verdictAlert(record, verdict, AT)
}

/** A run in which one answer of eleven failed, for three reasons. */
function aFailingRun() {
  const { objectives } = parseObjectives(['error_ratio < 1%'], 'objectives')
  const record = aRecord({ okMs: Array.from({ length: 50 }, () => 20), failedPerInterval: 5, objectives })
  const counts = [
    { kind: 'status', text: 'HTTP 500', count: 30 },
    { kind: 'status', text: 'HTTP 503', count: 60 },
    { kind: 'status', text: 'HTTP 502', count: 10 },
  ]
  const failed = {
    ...record,
    failures: [{ phase: 'steady', of: 'requests' as const, step: 'step', counts, samples: [] }],
  }
  return { record: failed, verdict: judge(failed, { strict: false }) }
}

describe('The alert of a verdict', (test) => {
  test('names metric, change and baseline of a regression', () => {
    const alert = alertOf({ comparison: aComparison({ ...REGRESSED, step: 'pay' }) })
    assert.equal(alert, {
      kind: 'verdict',
      status: 'firing',
      severity: 'major',
      dedupeKey: 'test/verdict',
      runId: 'run',
      scenario: 'test',
      correlationId: 'correlation',
      at: AT,
      summary: 'test: NO-GO: p50 of pay regressed against main: +29.7 %',
      objective: null,
      observed: null,
      sampleCount: 1_000,
      owner: null,
      runbook: null,
      annotations: {
        outcome: 'NO-GO',
        baseline: 'main',
        metric: 'p50',
        step: 'pay',
        change: '+29.7 %',
      },
    })
  })

  test('names the objective that was missed at the end, its owner and its severity', () => {
    const alert = alertOf({ expects: [{ expect: MAX, severity: 'critical', owner: 'team-pay' }] })
    assert.equal(
      [alert?.severity, alert?.objective?.expect, alert?.objective?.bound, alert?.sampleCount, alert?.owner],
      ['critical', MAX, 1, 1_000, 'team-pay'],
    )
    assert.match(alert?.summary ?? '', 'test: NO-GO: max response time was 20ms, limit 1ms')
  })

  test('is one for all causes, the worst first', () => {
    const comparison = aComparison({ ...REGRESSED, step: 'pay' }, { ...REGRESSED, metric: 'throughput' })
    const alert = alertOf({ expects: [{ expect: MAX, severity: 'critical' }], comparison })
    assert.match(alert?.summary ?? '', /max response time was 20ms, limit 1ms.*\(and 2 other causes\)$/)
    assert.is(
      alert?.annotations['others'],
      'p50 of pay regressed against main: +29.7 %; throughput regressed against main: -22.9 %',
    )
  })

  test('counts a regression and the objective that is missed for it once, and names both', () => {
    const comparison = aComparison(REGRESSED, { ...REGRESSED, metric: 'p95' })
    const alert = alertOf({ expects: [{ expect: MAX, severity: 'critical' }], comparison })
    assert.not.match(alert?.summary ?? '', /other cause/)
    assert.is(
      alert?.annotations['others'],
      'p50 regressed against main: +29.7 %; p95 regressed against main: +29.7 %',
    )
  })

  test('names the two most frequent causes of failure where too many requests failed', () => {
    const { record, verdict } = aFailingRun()
    const alert = verdictAlert(record, verdict, AT)
    assert.is(alert?.annotations['failures'], 'HTTP 503 x 60, HTTP 500 x 30')
    assert.match(alert?.summary ?? '', /^test: NO-GO: .*HTTP 503 x 60/)
  })

  test('is one of an objective without data that has to have some', () => {
    const expect = 'p99(response_time{step=nobody}) < 1s'
    const alert = alertOf({ expects: [{ expect, onNoData: 'fail', severity: 'critical' }] })
    assert.equal([alert?.severity, alert?.objective?.expect], ['critical', expect])
  })

  test('is a warning with its reason where nothing can be believed', () => {
    const alert = alertOf({ expects: ['p99(response_time) < 1s'], changes: DOUBTFUL })
    assert.equal(
      [alert?.severity, alert?.dedupeKey, alert?.objective, alert?.annotations['outcome']],
      ['warning', 'test/verdict', null, 'INCONCLUSIVE'],
    )
    assert.match(alert?.summary ?? '', /^test: INCONCLUSIVE: .*the thread ran out of memory/)
  })

  test('is none of GO, and none of a run that somebody ended', () => {
    assert.is(alertOf({}), null)
    assert.is(alertOf({ changes: { ...DOUBTFUL, status: 'interrupted' } }), null)
  })

  test('has the same key in every run of a scenario', () => {
    const keys = ['run-1', 'run-2'].map((runId) => alertOf({ expects: [MAX], changes: { runId } })?.dedupeKey)
    assert.equal(keys, ['test/verdict', 'test/verdict'])
  })
})
