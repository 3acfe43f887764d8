import * as assert from 'uvu/assert'
import { hashPlan } from '../../harness/scenario/plan-hash.ts'
import { aDocument, planOf, problemsOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const planFor = (settings: Record<string, unknown>, changes: Record<string, unknown> = {}) =>
  planOf(aDocument({ workload: { pattern: 'constant-agents', duration: '20s', ...settings }, ...changes }))
const joinOf = (settings: Record<string, unknown>) => planFor(settings).workloads[0]?.join
const phasesOf = (plan: ReturnType<typeof planFor>) =>
  plan.phases.map(({ name, startMs, endMs, measured }) => [name, startMs, endMs, measured])

describe('resolveJoin', (test) => {
  test('lets a crowd join at 1,000 a second, recorded and not judged', () => {
    const plan = planFor({ agents: 10_000, think: '1s' })

    assert.equal(plan.workloads[0]?.join, { perSec: 1_000, durationMs: 10_000 })
    assert.equal(phasesOf(plan), [
      ['joining', 0, 10_000, false],
      ['steady', 10_000, 20_000, true],
    ])
  })

  test('leaves alone what is no crowd, and what its own pauses spread', () => {
    assert.is(joinOf({ agents: 1_000 }), null)
    assert.is(joinOf({ agents: 10_000, think: '5s..15s' }), null)
    assert.is(joinOf({ agents: 10_000, pacing: '10s' }), null)
    assert.is(planFor({ pattern: 'constant-rate', rate: '5000/s', agents: 10_000 }).workloads[0]?.join, null)
    assert.equal(
      phasesOf(planFor({ agents: 1_000 })).map(([name]) => name),
      ['steady'],
    )
  })

  test('leaves half of the run to measure, at whatever rate that takes', () => {
    assert.equal(joinOf({ agents: 50_000 }), { perSec: 5_000, durationMs: 10_000 })
    const ramp = { kind: 'ramp', from: 2_000, to: 42_000, durationMs: 20_000 }
    const [workload] = planOf(
      aDocument({ workload: { pattern: 'curve', model: 'closed', curve: ramp } }),
    ).workloads
    // 2,000 a second never catch up with it.
    assert.equal(workload?.join, { perSec: 4_000, durationMs: 1_000 })
  })

  test('takes a stated rate, of few agents too, as a part of the plan and of its hash', () => {
    assert.equal(joinOf({ agents: 50, joinRate: '10/s' }), { perSec: 10, durationMs: 5_000 })
    assert.equal(joinOf({ agents: 10_000, joinRate: '5000/s' }), { perSec: 5_000, durationMs: 2_000 })
    const hashes = ['1000/s', '2000/s'].map((joinRate) => hashPlan(planFor({ agents: 10_000, joinRate })))
    assert.is.not(hashes[0], hashes[1])
    assert.is(hashes[0], hashPlan(planFor({ agents: 10_000 })))
  })

  test('ends when the curve has come down to those who have joined', () => {
    const curve = { kind: 'ramp', from: 100, to: 0, durationMs: 20_000 }
    const settings = { pattern: 'curve', model: 'closed', curve, joinRate: '5/s' }
    const [workload] = planOf(aDocument({ workload: settings })).workloads
    assert.equal(workload?.join, { perSec: 5, durationMs: 10_000 })
  })

  test('is a setting of every closed pattern', () => {
    for (const pattern of ['scale-test', 'incident', 'maintenance', 'business-hours']) {
      const [workload] = planOf(
        aDocument({ workload: { pattern, agents: 4_000, joinRate: '50/s' } }),
      ).workloads
      assert.is(workload?.join?.perSec, 50, pattern)
    }
  })

  test('refuses a rate that leaves nothing to measure, and one of arrivals', () => {
    const problems = (settings: Record<string, unknown>) =>
      problemsOf(
        aDocument({ workload: { pattern: 'constant-agents', agents: 50, duration: '5s', ...settings } }),
      )
    assert.equal(
      problems({ joinRate: '10/s' }).map(({ path, message }) => [path, message]),
      [['workload.joinRate', "agents still join at the end of the run's 5s: nothing is left to measure"]],
    )
    assert.is(problems({ joinRate: '0/s' })[0]?.path, 'workload.joinRate')
    const curve = { kind: 'constant', value: 5, durationMs: 1_000 }
    const open = problemsOf(
      aDocument({ workload: { pattern: 'curve', model: 'open', curve, joinRate: '5/s' } }),
    )
    assert.match(open[0]?.message ?? '', '`joinRate` is for `model: closed`')
    assert.is(
      problemsOf(
        aDocument({ workload: { pattern: 'constant-rate', rate: '5/s', duration: '1s', joinRate: '5/s' } }),
      ).length,
      1,
    )
  })

  test('is as fast as a shortened load needs', () => {
    const document = aDocument({
      workload: { pattern: 'constant-agents', agents: 5_000, duration: '60s', joinRate: '500/s' },
    })
    const { workloads, durationMs } = planOf(document, { shortened: { durationMs: 4_000, warmUpMs: 0 } })

    assert.equal([durationMs, workloads[0]?.join], [4_000, { perSec: 2_500, durationMs: 2_000 }])
  })
})
