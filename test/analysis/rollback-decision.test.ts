import * as assert from 'uvu/assert'
import { bySeverity, isArmed, proceduresAskedFor } from '../../harness/analysis/rollback-decision.ts'
import { aViolation } from '../kit/rollback.ts'
import { describe } from '../kit/suite.ts'

describe('isArmed', (test) => {
  test('by the command line alone, or by scenario and environment together', () => {
    const allowed = [{ PROOFLOAD_ALLOW_ROLLBACK: '1' }, { PROOFLOAD_ALLOW_ROLLBACK: 'true' }]
    const forbidden = [
      {},
      { PROOFLOAD_ALLOW_ROLLBACK: '' },
      { PROOFLOAD_ALLOW_ROLLBACK: '0' },
      { PROOFLOAD_ALLOW_ROLLBACK: 'no' },
    ]
    for (const env of [...allowed, ...forbidden]) {
      assert.is(isArmed({ armed: false }, true, env), true)
      assert.is(isArmed({ armed: false }, false, env), false)
    }
    for (const env of allowed) assert.is(isArmed({ armed: true }, false, env), true)
    for (const env of forbidden) assert.is(isArmed({ armed: true }, false, env), false)
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
