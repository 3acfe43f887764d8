import * as assert from 'uvu/assert'
import { reproducedRatio, triageOutcome } from '../../harness/analysis/triage.ts'
import type { RollbackRecord } from '../../harness/model/rollback.ts'
import type { TriagedRun } from '../../harness/model/triage.ts'
import { describe } from '../kit/suite.ts'

const runs = (...outcomes: readonly TriagedRun['outcome'][]): TriagedRun[] =>
  outcomes.map((outcome, i) => ({ runId: `run-${i}`, outcome, reason: outcome === 'GO' ? null : 'slow' }))

const rolledBack = (outcome: RollbackRecord['outcome']): RollbackRecord => ({
  rollbackId: 'rollback',
  outcome,
  message: `it ${outcome}`,
  reasons: [],
  procedures: [],
  steps: [],
  startedAt: '2026-11-21T09:00:00.000Z',
  durationMs: 1,
  plan: null,
})

const outcomeOf = (
  ratio: number | null,
  rollback: RollbackRecord | null = null,
  gate: TriagedRun['outcome'] | null = null,
) =>
  triageOutcome({ ratio, ratioMin: 0.5, rollback, gate: gate === null ? null : (runs(gate)[0] ?? null) })
    .outcome

describe('A triage', (test) => {
  test('counts the repeats that can be believed', () => {
    assert.is(reproducedRatio(runs('NO_GO', 'GO', 'NO_GO', 'INCONCLUSIVE')), 2 / 3)
    assert.is(reproducedRatio(runs('GO')), 0)
    assert.is(reproducedRatio(runs('INCONCLUSIVE')), null)
  })

  test('says what its runs come to', () => {
    assert.is(outcomeOf(0), 'not-reproduced')
    assert.is(outcomeOf(null), 'flaky')
    assert.is(outcomeOf(0.4), 'flaky')
    assert.is(outcomeOf(0.5), 'reproduced')
    assert.is(outcomeOf(1, rolledBack('not-armed')), 'reproduced')
    assert.is(outcomeOf(1, rolledBack('succeeded'), 'GO'), 'recovered')
    assert.is(outcomeOf(1, rolledBack('succeeded'), 'NO_GO'), 'unsettled')
    assert.is(outcomeOf(1, rolledBack('failed')), 'unsettled')
    assert.is(outcomeOf(1, rolledBack('failed'), 'GO'), 'unsettled')
  })
})
