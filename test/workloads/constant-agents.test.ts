import * as assert from 'uvu/assert'
import { constantAgentsPattern } from '../../harness/workloads/constant-agents.ts'
import { resolved } from '../contract/workload.ts'
import { describe } from '../kit/suite.ts'

describe('constant-agents', (test) => {
  test('keeps its agents for the whole run, with neither think time nor pacing unless told', () => {
    const plan = resolved(constantAgentsPattern, { agents: 50, duration: '10s' })

    assert.is(plan.model, 'closed')
    assert.equal(plan.curve, { kind: 'constant', value: 50, durationMs: 10_000 })
    assert.equal([plan.think, plan.pacingMs], [{ minMs: 0, maxMs: 0 }, 0])
    assert.is(plan.session.journeys, null)
  })

  test('takes think time and pacing', () => {
    const plan = resolved(constantAgentsPattern, { agents: 1, duration: '1s', think: '1s..3s', pacing: '2s' })

    assert.equal([plan.think, plan.pacingMs], [{ minMs: 1_000, maxMs: 3_000 }, 2_000])
  })

  test('needs agents and a duration', () => {
    assert.not.ok(constantAgentsPattern.configSchema.safeParse({ agents: 5 }).success)
    assert.not.ok(constantAgentsPattern.configSchema.safeParse({ duration: '10s' }).success)
  })
})
