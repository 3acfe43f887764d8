import * as assert from 'uvu/assert'
import { rollbackStatsOf } from '../../harness/analysis/rollback-stats.ts'
import type { StoredRollback } from '../../harness/model/history.ts'
import { describe } from '../kit/suite.ts'

function aStored(
  outcome: StoredRollback['outcome'],
  recoveryMs: number | null = null,
  scenario = 'checkout',
): StoredRollback {
  return { scenario, outcome, recoveryMs }
}

describe('Statistics of rollbacks', (test) => {
  test('count outcomes by scenario, and take the time of those that succeeded', () => {
    const stored = [
      aStored('succeeded', 1_000),
      aStored('succeeded', 2_000),
      aStored('succeeded', 9_000),
      aStored('failed'),
      aStored('interrupted'),
      aStored('unverified'),
      aStored('failed', null, 'search'),
    ]
    assert.equal(rollbackStatsOf(stored), [
      {
        scenario: 'checkout',
        rollbacks: 6,
        succeeded: 3,
        failed: 1,
        unsettled: 2,
        successRatio: 0.5,
        meanRecoveryMs: 4_000,
        medianRecoveryMs: 2_000,
      },
      {
        scenario: 'search',
        rollbacks: 1,
        succeeded: 0,
        failed: 1,
        unsettled: 0,
        successRatio: 0,
        meanRecoveryMs: null,
        medianRecoveryMs: null,
      },
    ])
  })

  test('are none without a rollback', () => assert.equal(rollbackStatsOf([]), []))
})
