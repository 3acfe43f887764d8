import * as assert from 'uvu/assert'
import { compileCurve } from '../../harness/workloads/curve.ts'
import { stages, stagesPattern } from '../../harness/workloads/stages.ts'
import { resolved, workloadContract } from '../contract/workload.ts'
import { aDocument, planOf, problemsOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const rising = [
  { to: '200/s', for: '10s', name: 'warm' },
  { to: '200/s', for: '20s' },
  { to: '50/s', for: '0s' },
  { to: '0/s', for: '10s' },
]
workloadContract(stagesPattern, { stages: rising })
workloadContract(stagesPattern, { stages: [{ to: 5, for: '1s' }], start: 5, think: '1s' })

const problemOf = (settings: object) =>
  problemsOf(aDocument({ workload: { pattern: 'stages', ...settings } }))[0]?.message ?? ''

describe('Stages', (test) => {
  test('are straight lines from one level to the next, jumps where they take no time, and phases', () => {
    const plan = resolved(stagesPattern, { stages: rising })
    const curve = compileCurve(plan.curve)

    assert.is(plan.model, 'open')
    assert.equal(
      [0, 5_000, 10_000, 29_000, 30_000, 35_000].map((atMs) => Math.round(curve.valueAt(atMs))),
      [0, 100, 200, 200, 50, 25],
    )
    assert.equal(
      plan.phases.map(({ name, endMs }) => [name, endMs]),
      [
        ['warm', 10_000],
        ['stage-2', 30_000],
        ['stage-4', 40_000],
      ],
    )
    // The area under the lines: 1,000 + 4,000 + 250.
    assert.is(
      planOf(aDocument({ workload: stages({ stages: rising }) })).workloads[0]?.expectedIterations,
      5_250,
    )
  })

  test('of agents are the closed model, and keep their proportion in another length', () => {
    const settings = {
      stages: [
        { to: 10, for: '10s' },
        { to: 4, for: '10s' },
      ],
      start: 2,
      duration: '4s',
    }
    const plan = resolved(stagesPattern, settings)
    const curve = compileCurve(plan.curve)

    assert.equal([plan.model, curve.durationMs, curve.peak], ['closed', 4_000, 10])
    assert.equal(
      [0, 1_000, 2_000, 3_000].map((atMs) => curve.valueAt(atMs)),
      [2, 6, 10, 7],
    )
  })

  test('say what does not fit together', () => {
    assert.match(
      problemOf({
        stages: [
          { to: '5/s', for: '1s' },
          { to: 5, for: '1s' },
        ],
      }),
      /some stages are rates/,
    )
    assert.match(
      problemOf({ stages: [{ to: '5/s', for: '1s' }], think: '1s' }),
      /think: not for stages of the open model/,
    )
    assert.match(
      problemOf({ stages: [{ to: 5, for: '1s' }], agents: 3 }),
      /agents: not for stages of the closed model/,
    )
    assert.match(problemOf({ stages: [{ to: 5, for: '0s' }] }), /the stages take no time/)
    assert.ok(problemOf({ stages: [] }) !== '')
  })
})
