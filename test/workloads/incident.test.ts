import * as assert from 'uvu/assert'
import { compileCurve } from '../../harness/workloads/curve.ts'
import { incidentPattern } from '../../harness/workloads/incident.ts'
import { resolved } from '../contract/workload.ts'
import { describe } from '../kit/suite.ts'

describe('incident', (test) => {
  const plan = resolved(incidentPattern, {})
  const curve = compileCurve(plan.curve)
  const [calm, burst, storm, drain] = plan.phases

  test('has 400 agents at its peak, mixed 30 / 40 / 30, over five minutes', () => {
    assert.is(curve.peak, 400)
    assert.is(curve.durationMs, 300_000)
    assert.equal(plan.mix, { safe: 0.3, risky: 0.4, complex: 0.3 })
  })

  test('is calm, bursts, storms, and drains', () => {
    assert.equal(
      plan.phases.map(({ name }) => name),
      ['calm', 'burst', 'storm', 'drain'],
    )
    const middle = (phase: typeof calm) => curve.valueAt((phase!.startMs + phase!.endMs) / 2)
    assert.is(middle(calm), 60)
    assert.is(middle(burst), 400)
    assert.ok(middle(storm) > 300 && middle(storm) < 400, `storm ${middle(storm)}`)
    assert.is(curve.valueAt(drain!.endMs - 1), 60)
  })

  test('sways while it storms, below its peak and back', () => {
    const spanMs = storm!.endMs - storm!.startMs
    const turns = [1, 2, 3, 4, 5].map((fifth) =>
      Math.round(curve.valueAt(storm!.startMs + (fifth / 5) * spanMs)),
    )

    assert.equal(turns, [280, 400, 280, 400, 280])
  })

  test('takes another size and length', () => {
    const small = compileCurve(resolved(incidentPattern, { agents: 20, duration: '10s' }).curve)

    assert.equal([small.peak, small.durationMs], [20, 10_000])
  })
})
