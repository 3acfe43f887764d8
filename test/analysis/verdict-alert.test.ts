import * as assert from 'uvu/assert'
import { verdictAlert } from '../../harness/analysis/verdict-alert.ts'
import type { ObjectiveEvent } from '../../harness/model/enforcement.ts'
import { aDemand } from '../kit/demands.ts'
import { aComparison, aJudgedRun, REGRESSED } from '../kit/judged-runs.ts'
import { describe } from '../kit/suite.ts'

const AT = '2026-11-21T09:31:00.000Z'
const MAX = 'max(response_time) < 1ms'

const alertOf = (parts: Parameters<typeof aJudgedRun>[0]) => {
  const { record, verdict } = aJudgedRun(parts)
  return verdictAlert(record, verdict, AT)
}

/** A change of state of an objective while load ran. */
function changed(
  from: ObjectiveEvent['from'],
  to: ObjectiveEvent['to'],
  about: Partial<ObjectiveEvent> = {},
): ObjectiveEvent {
  const figures = { observed: 20, windowMs: null, sampleCount: 50, annotations: {} }
  const run = { runId: 'run', correlationId: 'correlation' }
  return { at: AT, atMs: 9_000, ...run, ...aDemand(MAX), from, to, severity: 'major', ...figures, ...about }
}

const watched = (...events: ObjectiveEvent[]) => ({ enforcement: { events, stop: null, alerts: null } })

describe('The alert of a verdict', (test) => {
  test('names metric, change and baseline of a regression', () => {
    const alert = alertOf({ comparison: aComparison({ ...REGRESSED, step: 'pay' }) })
    assert.equal(alert, {
      kind: 'verdict',
      status: 'firing',
      severity: 'major',
      dedupeKey: 'run/verdict',
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
      annotations: { baseline: 'main', metric: 'p50', step: 'pay', change: '+29.7 %' },
    })
  })

  test('names the objective that was missed at the end, its owner and its severity', () => {
    const alert = alertOf({ expects: [{ expect: MAX, severity: 'critical', owner: 'team-pay' }] })
    assert.equal(
      [alert?.severity, alert?.objective?.expect, alert?.objective?.bound, alert?.sampleCount, alert?.owner],
      ['critical', MAX, 1, 1_000, 'team-pay'],
    )
    assert.match(alert?.summary ?? '', 'test: NO-GO: max(response_time) < 1ms')
  })

  test('is one for all causes, the worst first', () => {
    const comparison = aComparison(REGRESSED, { ...REGRESSED, metric: 'p95' })
    const alert = alertOf({ expects: [{ expect: MAX, severity: 'critical' }], comparison })
    assert.match(alert?.summary ?? '', /max\(response_time\) < 1ms.*\(and 2 other causes\)$/)
    assert.is(
      alert?.annotations['others'],
      'p50 regressed against main: +29.7 %; p95 regressed against main: +29.7 %',
    )
  })

  test('is none where an alert that fires still has told the same, and none without a NO-GO', () => {
    assert.is(alertOf({}), null)
    const fires = changed('pending', 'firing')
    assert.is(alertOf({ expects: [MAX], changes: watched(fires) }), null)
    // Told, and said to be over: nobody knows of the NO-GO.
    const resolvedAlert = [changed('firing', 'recovering'), changed('recovering', 'ok')]
    assert.is(alertOf({ expects: [MAX], changes: watched(fires, ...resolvedAlert) })?.objective?.expect, MAX)
    // Another that reads the same was told of.
    const twin = changed('pending', 'firing', { id: `${aDemand(MAX).id}-2` })
    assert.is(
      alertOf({ expects: [MAX, { expect: MAX, severity: 'warning' }], changes: watched(twin) })?.objective
        ?.expect,
      MAX,
    )
    // Of two causes the one that nobody was told of.
    const both = { expects: [MAX], comparison: aComparison(REGRESSED), changes: watched(fires) }
    assert.is(alertOf(both)?.summary, 'test: NO-GO: p50 regressed against main: +29.7 %')
  })
})
