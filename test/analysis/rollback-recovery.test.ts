import * as assert from 'uvu/assert'
import { recoveryMsOf } from '../../harness/analysis/rollback-recovery.ts'
import type { ObjectiveEvent } from '../../harness/model/enforcement.ts'
import type { RollbackRecord, TakenStep } from '../../harness/model/rollback.ts'
import { aDemand } from '../kit/demands.ts'
import { aViolation } from '../kit/rollback.ts'
import { describe } from '../kit/suite.ts'
import { aBadRun, aBreach, aRollback } from '../kit/verdicts.ts'

const P99 = aDemand('p99(response_time) < 100ms')

/** The run began on the hour; the rollback, 20 s into it, verified the system until 29.5 s. */
const VERIFIED: TakenStep = {
  name: 'verify',
  outcome: 'succeeded',
  startedAt: '2026-01-01T00:00:25.000Z',
  durationMs: 4_500,
  attempts: 1,
  message: '',
}

const STEPS: Partial<RollbackRecord> = { startedAt: '2026-01-01T00:00:20.000Z', steps: [VERIFIED] }

function firing(changes: Partial<ObjectiveEvent>): ObjectiveEvent {
  const at = { at: '2026-01-01T00:00:18.000Z', atMs: 18_000, sinceMs: 12_000 }
  return aBreach({ ...P99, from: 'pending', to: 'firing', ...at, ...changes })
}

function recoveryMs(rollback: RollbackRecord | null, events: readonly ObjectiveEvent[] = []): number | null {
  const { verdict } = aBadRun()
  const enforcement = { events: [...events], requirements: [], stop: null, alerts: null }
  return recoveryMsOf({ ...verdict, rollback, enforcement })
}

describe('The time to recover by a rollback', (test) => {
  test('runs from the begin of the breach that fired to the end of the verification', () => {
    const rollback = aRollback({ ...STEPS, reasons: [aViolation(P99)] })
    assert.is(recoveryMs(rollback, [aBreach(P99), firing({})]), 17_500)
  })

  test('runs from the begin of the rollback when nothing fired that asks for it, as for a regression', () => {
    const others = [firing({ ...aDemand('error_ratio < 1%') })]
    const rollback = aRollback({ ...STEPS, reasons: [aViolation({ ...P99, kind: 'regression' })] })
    assert.is(recoveryMs(rollback), 9_500)
    assert.is(recoveryMs(rollback, others), 9_500)
    assert.is(recoveryMsOf({ ...aBadRun().verdict, rollback, enforcement: null }), 9_500)
  })

  test('leaves out a breach that was over, and counts one that came back before it was', () => {
    const rollback = aRollback({ ...STEPS, reasons: [aViolation(P99)] })
    const early = firing({ at: '2026-01-01T00:00:05.000Z', atMs: 5_000, sinceMs: 4_000 })
    assert.is(recoveryMs(rollback, [early, firing({})]), 17_500)
    assert.is(recoveryMs(rollback, [early, firing({ from: 'recovering' })]), 25_500)
  })

  test('is of the earliest of several that ask', () => {
    const errors = aDemand('error_ratio < 1%')
    const rollback = aRollback({ ...STEPS, reasons: [aViolation(P99), aViolation(errors)] })
    assert.is(recoveryMs(rollback, [firing({}), firing({ ...errors, sinceMs: 10_000 })]), 19_500)
  })

  test('is none of a rollback that was not verified, and of no rollback', () => {
    const steps = [{ ...VERIFIED, outcome: 'failed' as const }]
    assert.is(recoveryMs(aRollback({ ...STEPS, outcome: 'failed', steps })), null)
    assert.is(recoveryMs(aRollback({ outcome: 'not-armed', plan: [] })), null)
    assert.is(recoveryMs(null), null)
  })
})
