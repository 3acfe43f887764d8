import * as assert from 'uvu/assert'
import { compileCurve } from '../../harness/workloads/curve.ts'
import { scaleTestPattern } from '../../harness/workloads/scale-test.ts'
import { resolved } from '../contract/workload.ts'
import { describe } from '../kit/suite.ts'

describe('scale-test', (test) => {
  test('climbs to 1,200 agents and holds them, mixed 70 / 20 / 10', () => {
    const plan = resolved(scaleTestPattern, { steps: 4, stepFor: '10s', hold: '60s' })
    const curve = compileCurve(plan.curve)

    assert.equal(
      [0, 10, 20, 30, 89].map((second) => curve.valueAt(second * 1_000)),
      [300, 600, 900, 1_200, 1_200],
    )
    assert.equal(plan.phases, [
      { name: 'ramp', startMs: 0, endMs: 30_000 },
      { name: 'hold', startMs: 30_000, endMs: 90_000 },
    ])
    assert.equal(plan.mix, { safe: 0.7, risky: 0.2, complex: 0.1 })
  })

  test('paces its agents so that the top asks for 500 journeys a second', () => {
    const plan = resolved(scaleTestPattern, {})

    assert.is(plan.pacingMs, 2_400)
    assert.is((compileCurve(plan.curve).peak * 1_000) / plan.pacingMs, 500)
    assert.is(resolved(scaleTestPattern, { agents: 100, rate: '50/s' }).pacingMs, 2_000)
  })

  test('of one step is the hold alone', () => {
    const plan = resolved(scaleTestPattern, { steps: 1, hold: '5s' })

    assert.equal(plan.phases, [{ name: 'hold', startMs: 0, endMs: 5_000 }])
    assert.equal(plan.curve, { kind: 'constant', value: 1_200, durationMs: 5_000 })
  })
})
