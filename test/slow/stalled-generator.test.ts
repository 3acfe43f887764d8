import * as assert from 'uvu/assert'
import { runStalled, type StalledModel } from '../kit/stalled-runs.ts'
import { describe } from '../kit/suite.ts'

/** `npm run bench:stalls` stops it for longer. */
const STOP_MS = 1_500

describe('A generator that stands still in front of a healthy target', (test) => {
  for (const model of ['open', 'closed'] as const satisfies readonly StalledModel[])
    for (const objective of ['p99(service_time) < 1s', 'max(response_time) < 1s', 'error_ratio < 1%'])
      test(`neither blames it nor rolls it back: ${model} model, ${objective}`, async () => {
        const { verdict, isUndone } = await runStalled({ model, stopMs: STOP_MS, objective })

        assert.is(verdict.outcome, 'INCONCLUSIVE', JSON.stringify(verdict.reasons))
        assert.ok(verdict.reasons.some(({ code }) => code === 'GENERATOR_STALLED'))
        assert.is(verdict.summary.errorRatio, 0)
        assert.is(isUndone, false)
      })
})
