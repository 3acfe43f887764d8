import * as assert from 'uvu/assert'
import {
  bySeverity,
  proceduresAskedFor,
  violationsOf,
  whyUnarmed,
} from '../../harness/analysis/rollback-decision.ts'
import { gateDemand } from '../../harness/model/demand.ts'
import type { RollbackPlan } from '../../harness/model/plan.ts'
import { aComparison, aJudgedRun, DOUBTFUL, REGRESSED } from '../kit/judged-runs.ts'
import { aRollbackPlan, aViolation } from '../kit/rollback.ts'
import { describe } from '../kit/suite.ts'

const ALLOWED = [{ PROOFLOAD_ALLOW_ROLLBACK: '1' }, { PROOFLOAD_ALLOW_ROLLBACK: 'true' }]
const FORBIDDEN = [
  {},
  { PROOFLOAD_ALLOW_ROLLBACK: '' },
  { PROOFLOAD_ALLOW_ROLLBACK: '0' },
  { PROOFLOAD_ALLOW_ROLLBACK: 'no' },
]

describe('A rollback', (test) => {
  test('is armed by the command line alone, or by scenario and environment together', () => {
    for (const env of [...ALLOWED, ...FORBIDDEN]) {
      assert.is(whyUnarmed({ armed: false }, 'asked', env), null)
      assert.match(whyUnarmed({ armed: false }, 'by-scenario', env) ?? '', /--arm-rollback/)
    }
    for (const env of ALLOWED) assert.is(whyUnarmed({ armed: true }, 'by-scenario', env), null)
    for (const env of FORBIDDEN)
      assert.match(whyUnarmed({ armed: true }, 'by-scenario', env) ?? '', /PROOFLOAD_ALLOW_ROLLBACK=1/)
  })

  test('is never armed from a page, whatever scenario and environment say', () => {
    for (const env of [...ALLOWED, ...FORBIDDEN])
      for (const armed of [true, false])
        assert.match(whyUnarmed({ armed }, 'never', env) ?? '', /started from a page is never armed/)
  })

  test('is never armed for a pull request, whatever its scenario and its pipeline say', () => {
    const requests = [
      { GITHUB_EVENT_NAME: 'pull_request' },
      { GITHUB_EVENT_NAME: 'pull_request_target' },
      { CI_MERGE_REQUEST_IID: '7' },
    ]
    for (const env of requests)
      for (const arming of ['asked', 'by-scenario'] as const)
        assert.match(whyUnarmed({ armed: true }, arming, { ...ALLOWED[0], ...env }) ?? '', /pull request/)
    assert.is(whyUnarmed({ armed: true }, 'asked', { GITHUB_EVENT_NAME: 'push' }), null)
  })
})

describe('What asks for a rollback', (test) => {
  const asked = (
    parts: Parameters<typeof aJudgedRun>[0],
    { isArmed = true, rollback = aRollbackPlan() }: { isArmed?: boolean; rollback?: RollbackPlan } = {},
  ) => {
    const { record, verdict } = aJudgedRun({ ...parts, plan: { rollback } })
    return violationsOf(record, verdict, isArmed)
  }

  test('is a confirmed regression, by the procedure that the scenario names for it', () => {
    const rollback = aRollbackPlan({ onRegression: 'default' })
    for (const isArmed of [true, false])
      assert.equal(asked({ comparison: aComparison(REGRESSED) }, { rollback, isArmed }), [
        {
          kind: 'regression',
          ...gateDemand({ metric: 'p50', step: null }, 'main'),
          severity: 'major',
          procedure: 'default',
          message: 'p50 regressed against main: +29.7 %',
        },
      ])
    assert.equal(
      asked({ comparison: aComparison(REGRESSED) }, { rollback: aRollbackPlan({ onRegression: null }) }),
      [],
    )
  })

  test('is no suspicion, no blind comparison, and nothing that a doubtful measurement has found', () => {
    for (const state of ['SUSPECT', 'BLIND', 'DRIFT'] as const)
      assert.equal(asked({ comparison: aComparison({ ...REGRESSED, state, level: 'caution' }) }), [])
    assert.equal(asked({ comparison: aComparison(REGRESSED), changes: DOUBTFUL }), [])
    // Errors are believed whatever the generator had: the verdict is NO-GO, and yet nobody compares with such a run.
    const errors = { comparison: aComparison({ ...REGRESSED, metric: 'error_ratio' }), changes: DOUBTFUL }
    assert.is(aJudgedRun(errors).verdict.outcome, 'NO_GO')
    assert.equal(asked(errors), [])
  })

  test('is every gate that is missed, beside the regressions, and none that is no gate', () => {
    const expects = [
      { expect: 'max(response_time) < 1ms', rollback: true },
      { expect: 'mean(response_time) < 1ms', rollback: true, severity: 'warning' },
      { expect: 'p50(response_time) < 1ms', rollback: true, role: 'validation' },
      { expect: 'p99(response_time) < 60s', rollback: true },
      'p90(response_time) < 1ms',
    ]
    assert.equal(
      asked({ expects, comparison: aComparison(REGRESSED) }).map(({ kind, expect }) => [kind, expect]),
      [
        ['objective', 'max(response_time) < 1ms'],
        ['regression', 'p50 no worse than main'],
      ],
    )
  })
})

describe('proceduresAskedFor', (test) => {
  test('names each once, the most severe first, in the order given among equals', () => {
    const violations = [
      aViolation({ procedure: 'a', severity: 'info' }),
      aViolation({ procedure: 'b', severity: 'major' }),
      aViolation({ procedure: 'c', severity: 'major' }),
      aViolation({ procedure: 'b', severity: 'warning' }),
      aViolation({ procedure: 'a', severity: 'critical' }),
    ]
    assert.equal(proceduresAskedFor(violations), ['a', 'b', 'c'])
    assert.equal(proceduresAskedFor([]), [])
    assert.is(bySeverity(violations)[0]?.severity, 'critical')
  })
})
