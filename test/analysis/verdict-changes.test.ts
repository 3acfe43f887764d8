import * as assert from 'uvu/assert'
import { judge } from '../../harness/analysis/judge.ts'
import { nextExperiment, verdictChanges } from '../../harness/analysis/verdict-changes.ts'
import type { ObjectiveResult } from '../../harness/model/objective-result.ts'
import type { Verdict } from '../../harness/model/verdict.ts'
import { aNightRecord } from '../kit/stored-runs.ts'
import { describe } from '../kit/suite.ts'

const record = aNightRecord(1)
const judged = judge(record, { strict: false })

/** The verdict with one objective, and with another outcome. */
function aVerdict(outcome: Verdict['outcome'], result: Partial<ObjectiveResult>): Verdict {
  const given: ObjectiveResult = {
    ...{ id: 'p99', name: null, expect: 'p99(response_time) < 100ms', claim: 'p99(response_time)', op: '<' },
    ...{ bound: 100, unit: 'ms', fn: 'p99', metric: 'response_time', labels: {}, within: null },
    ...{ outcome: 'met', observed: 50, isAtLeast: false, interval: null, severity: 'major', role: 'core' },
    ...{
      sampleCount: 100,
      effectiveSampleCount: 100,
      builtIn: false,
      message: '',
      budget: null,
      breached: null,
    },
    ...result,
  }
  return { ...judged, outcome, comparison: null, objectives: [given], validity: { valid: true, reasons: [] } }
}

const budget = (badCount: number, totalCount: number) => ({
  ...{ allowedRatio: 0.01, badCount, totalCount, burnedRatio: 0, budgetLeftRatio: 1, alert: 'ok' as const },
  ...{ burnRate: { long: { windowMs: 1, rate: 0 }, short: { windowMs: 1, rate: 0 } }, budgetDays: 30 },
  exhaustionMs: null,
})

describe('What would change a verdict', (test) => {
  test('is the value of an objective that was missed; then the load up to which it holds is looked for', () => {
    const verdict = aVerdict('NO_GO', { outcome: 'missed', observed: 312 })
    const changes = verdictChanges(record, verdict)

    assert.equal(
      changes.map(({ objective, what }) => [objective, what]),
      [['p99', '312ms would have to be < 100ms']],
    )
    assert.is(nextExperiment(record, verdict, changes).tool, 'start_capacity')
  })

  test('is the number of requests that are missing for a proof; then the run is made as much longer', () => {
    const verdict = aVerdict('INCONCLUSIVE', { outcome: 'unproven', budget: budget(0, 100) })
    const changes = verdictChanges(record, verdict)

    const missing = changes[0]?.requestsMissing ?? 0
    assert.ok(missing > 200 && missing < 400, String(missing))
    const next = nextExperiment(record, verdict, changes)
    assert.is(next.tool, 'start_run')
    const seconds = Number(String(next.overrides['duration']).replace('s', ''))
    assert.is(seconds, Math.ceil((record.plan.durationMs / 1000) * (1 + missing / 100)))
  })

  test('is the share of bad requests where no number of requests proves it', () => {
    const verdict = aVerdict('INCONCLUSIVE', { outcome: 'unproven', budget: budget(5, 100) })
    const [change] = verdictChanges(record, verdict)

    assert.is(change?.requestsMissing, null)
    assert.match(change?.what ?? '', /fewer bad requests than 5 %/)
  })

  test('is, of a GO, the objective with the least room', () => {
    const [change] = verdictChanges(record, aVerdict('GO', { observed: 95 }))

    assert.match(change?.what ?? '', /95ms beyond its limit < 100ms: it has the least room/)
  })
})
