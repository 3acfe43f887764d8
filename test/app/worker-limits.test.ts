import * as assert from 'uvu/assert'
import { beyondLimits } from '../../harness/app/worker/worker-limits.ts'
import { aRunPlan, aWorkload } from '../kit/plan-builders.ts'
import { describe } from '../kit/suite.ts'

const PLAN = aRunPlan({
  durationMs: 60_000,
  workloads: [aWorkload({ model: 'open', agents: 100, expectedIterations: 6_000, durationMs: 60_000 })],
})
const NONE = { rateMax: null, agentsMax: null, durationMsMax: 86_400_000 }
const found = (
  limits: Partial<typeof NONE> | { rateMax?: number; agentsMax?: number; durationMsMax?: number },
) => beyondLimits(PLAN, 0.5, { ...NONE, ...limits }).map(({ level, message }) => `${level}: ${message}`)

describe('The limits of a worker', (test) => {
  test('are those of its share, and block what is beyond', () => {
    assert.equal(found({}), [])
    assert.equal(found({ rateMax: 50, agentsMax: 50, durationMsMax: 60_000 }), [])
    assert.equal(found({ rateMax: 49 }), ['blocked: 50/s is asked of it, and --max-rate allows 49/s'])
    assert.equal(found({ agentsMax: 49 }), [
      'blocked: 50 agents is asked of it, and --max-agents allows 49 agents',
    ])
    assert.equal(found({ durationMsMax: 59_000 }), [
      'blocked: 1m is asked of it, and --max-duration allows 59s',
    ])
  })
})
