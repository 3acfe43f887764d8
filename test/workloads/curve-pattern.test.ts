import * as assert from 'uvu/assert'
import { curvePattern } from '../../harness/workloads/curve-pattern.ts'
import { resolved } from '../contract/workload.ts'
import { describe } from '../kit/suite.ts'

const ramp = { kind: 'ramp', from: 0, to: 50, durationMs: 10_000 } as const

describe('curve', (test) => {
  test('counts arrivals in the open model and takes their settings', () => {
    const settings = { arrivals: 'poisson', whenBusy: 'drop', agents: 9 }
    const plan = resolved(curvePattern, { model: 'open', curve: ramp, ...settings })

    assert.equal([plan.model, plan.arrivals, plan.whenBusy, plan.agents], ['open', 'poisson', 'drop', 9])
    assert.equal(plan.phases, [{ name: 'steady', startMs: 0, endMs: 10_000 }])
  })

  test('counts agents in the closed model and takes their settings', () => {
    const plan = resolved(curvePattern, { model: 'closed', curve: ramp, think: '1s', pacing: '2s' })

    assert.equal([plan.model, plan.agents, plan.pacingMs], ['closed', null, 2_000])
    assert.equal(plan.think, { minMs: 1_000, maxMs: 1_000 })
  })

  test('leaves out what is no setting of a plan', () => {
    assert.not.ok('pacing' in resolved(curvePattern, { model: 'closed', curve: ramp }))
  })
})
