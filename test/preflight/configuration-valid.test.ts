import * as assert from 'uvu/assert'
import { configurationValid } from '../../harness/preflight/configuration-valid.ts'
import { aRunPlan } from '../kit/plan-builders.ts'
import { aPreflightContext } from '../kit/preflight-context.ts'
import { describe } from '../kit/suite.ts'

describe('configurationValid', (test) => {
  test('has nothing to say about a plan that fits together', async () => {
    const findings = await configurationValid.check(aPreflightContext())

    assert.equal(
      findings.map(({ level }) => level),
      ['ok'],
    )
  })

  test('advises a longer run when hardly anything is measured', async () => {
    const plan = aRunPlan({
      durationMs: 10_000,
      phases: [
        { name: 'warm-up', startMs: 0, endMs: 9500, measured: false },
        { name: 'steady', startMs: 9500, endMs: 10_000, measured: true },
      ],
    })
    const [finding] = await configurationValid.check(aPreflightContext({ plan, threads: 1 }))

    assert.is(finding?.level, 'advice')
    assert.is(finding?.message, 'only 500ms of the run are measured')
  })
})
