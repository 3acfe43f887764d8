import * as assert from 'uvu/assert'
import { compileCurve } from '../../harness/workloads/curve.ts'
import { maintenancePattern } from '../../harness/workloads/maintenance.ts'
import { resolved } from '../contract/workload.ts'
import { describe } from '../kit/suite.ts'

describe('maintenance', (test) => {
  const plan = resolved(maintenancePattern, {})
  const curve = compileCurve(plan.curve)

  test('has 50 agents at its peak, mixed 40 / 40 / 20, over ten minutes', () => {
    assert.is(curve.peak, 50)
    assert.is(curve.durationMs, 600_000)
    assert.equal(plan.mix, { safe: 0.4, risky: 0.4, complex: 0.2 })
  })

  test('works in its window and is quiet around it', () => {
    const [before, window, after] = plan.phases
    assert.equal(
      plan.phases.map(({ name }) => name),
      ['before', 'window', 'after'],
    )
    assert.is(curve.valueAt((window!.startMs + window!.endMs) / 2), 50)
    for (const quiet of [before!, after!])
      assert.ok(curve.valueAt((quiet.startMs + quiet.endMs) / 2) <= 10, `${quiet.name} is quiet`)
  })

  test('keeps an agent in quiet times even when the window has only one', () => {
    assert.is(compileCurve(resolved(maintenancePattern, { agents: 1 }).curve).valueAt(0), 1)
  })
})
