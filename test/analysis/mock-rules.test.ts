import * as assert from 'uvu/assert'
import { judge } from '../../harness/analysis/judge.ts'
import { isTrusted } from '../../harness/analysis/trust.ts'
import { describe } from '../kit/suite.ts'
import { aBadRun } from '../kit/verdicts.ts'

const { record, verdict } = aBadRun()
const mocked = {
  ...record,
  plan: { ...record.plan, mocked: [{ target: 'main', by: 'sandbox', why: 'refused' }] },
}

describe('A run on a mock', (test) => {
  test('is INCONCLUSIVE where it would be NO-GO, and its objectives are as they were seen', () => {
    const objectives = record.plan.objectives
    assert.is(verdict.outcome, 'NO_GO')
    const judged = judge(mocked, { objectives, strict: false })

    assert.equal([judged.outcome, judged.exitCode, judged.validity.valid], ['INCONCLUSIVE', 3, false])
    const [reason] = judged.validity.reasons
    assert.is(reason?.code, 'TARGET_MOCKED')
    assert.equal(reason?.evidence['mocked'], mocked.plan.mocked)
  })

  test('shows nothing about what its target uses, which is the mock', () => {
    const [reason] = judge(mocked, { strict: false }).validity.reasons
    assert.ok(reason !== undefined)
    for (const metric of ['error_ratio', 'response_time', 'target_cpu'])
      assert.is(isTrusted({ metric }, [reason]), false, metric)
    assert.is(isTrusted({ metric: 'target_cpu' }, [{ ...reason, code: 'GENERATOR_SATURATED' }]), true)
  })
})
