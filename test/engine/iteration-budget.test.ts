import * as assert from 'uvu/assert'
import type { CurvePlan, WorkloadPlan } from '../../harness/model/plan.ts'
import { RIG_START_MS, type RigOptions, runRig } from '../kit/engine-rig.ts'
import { describe } from '../kit/suite.ts'

const constant = (value: number, durationMs: number): CurvePlan => ({ kind: 'constant', value, durationMs })
const ending = (
  count: number,
  of: 'run' | 'agent',
  changes: Partial<WorkloadPlan> = {},
): Pick<RigOptions, 'workload'> => ({
  workload: { model: 'closed', agents: 4, curve: constant(4, 60_000), iterations: { count, of }, ...changes },
})
const lastDoneMs = ({ target }: Awaited<ReturnType<typeof runRig>>) =>
  Math.max(...target.requests.map(({ startedMs }) => startedMs - RIG_START_MS))

describe('A load that ends by the number of its iterations', (test) => {
  test('begins exactly so many, and ends long before its time', async () => {
    const rig = await runRig(ending(1_000, 'run'), 10_000)
    const { started, iterations, planned } = rig.seen.dispatch

    assert.equal([started, iterations, planned, rig.target.requests.length], [1_000, 1_000, 1_000, 1_000])
    assert.ok(lastDoneMs(rig) < 3_000, `${lastDoneMs(rig)} ms`)
  })

  test('gives each agent so many, however unlike they are', async () => {
    const script: RigOptions['script'] = ({ agent }) => ({ delayMs: agent === 0 ? 200 : 5 })
    const { target, seen } = await runRig({ ...ending(10, 'agent'), script }, 10_000)
    const of = (agent: number) => target.requests.filter((request) => request.agent === agent).length

    assert.equal([0, 1, 2, 3].map(of), [10, 10, 10, 10])
    assert.is(seen.dispatch.iterations, 40)
  })

  test('counts a journey that failed, and not a login that did', async () => {
    const failing = await runRig(
      {
        ...ending(20, 'run'),
        script: ({ number }) => ({ delayMs: 5, ...(number < 5 ? { error: 'reset' as const } : {}) }),
      },
      60_000,
    )
    assert.equal([failing.seen.dispatch.started, failing.seen.dispatch.iterations], [20, 15])

    const { seen } = await runRig(
      {
        ...ending(20, 'run', { agents: 1, curve: constant(1, 60_000) }),
        login: true,
        script: ({ number }) => ({ delayMs: 5, status: number === 0 ? 401 : 200 }),
      },
      60_000,
    )
    assert.equal([seen.dispatch.started, seen.dispatch.cancelled], [20, 1])
  })

  test('does not wait for agents whose feeder has no row left', async () => {
    let rows = 6
    const feeders = { users: { take: () => (rows-- > 0 ? { id: String(rows) } : null) } }
    for (const of of ['run', 'agent'] as const) {
      rows = 6
      const { seen } = await runRig({ ...ending(10, of), feeders } as RigOptions, 10_000)
      assert.is(seen.dispatch.started, 6)
    }
  })

  test('is cut by its time where that is shorter', async () => {
    const { seen } = await runRig(ending(1_000_000, 'run', { curve: constant(4, 1_000) }), 10_000)

    assert.ok(seen.dispatch.started < 1_000_000 && seen.dispatch.started > 100)
  })
})
