import * as assert from 'uvu/assert'
import { FAULTS, MODELS, type ObjectivesName, runOnBadDay } from '../../kit/bad-days.ts'
import { describe } from '../../kit/suite.ts'

/** Each fault with the objectives that see the least of it; `npm run bench:bad-days` runs all of them. */
const OBJECTIVES: Readonly<Record<(typeof FAULTS)[number], ObjectivesName>> = {
  killed: 'latency',
  frozen: 'errors',
  'answers 500': 'latency',
  'answers half': 'none',
}

describe('A target that fails in mid-run is never GO', (test) => {
  for (const fault of FAULTS)
    for (const model of MODELS)
      test(`${fault}, ${model} model, ${OBJECTIVES[fault]} objectives`, async () => {
        const { verdict, record } = await runOnBadDay({
          fault,
          model,
          objectives: OBJECTIVES[fault],
          isStrict: false,
        })

        assert.is.not(verdict.outcome, 'GO')
        assert.is.not(verdict.exitCode, 0)
        const started = record.steps.reduce((sum, step) => sum + step.started, 0)
        const ok = record.steps.reduce((sum, step) => sum + step.ok, 0)
        assert.ok(ok > 0 && ok < started, `${ok} of ${started} ok`)
      })
})
