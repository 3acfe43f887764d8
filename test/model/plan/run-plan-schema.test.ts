import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { runPlanSchema } from '../../../harness/model/plan/run-plan-schema.ts'
import type { RunPlan, WorkloadPlan } from '../../../harness/model/plan.ts'
import { anyCurve } from '../../kit/any-curve.ts'
import { aRunPlan, aWorkload } from '../../kit/plan-builders.ts'
import { aDocument, aRequest, planOf } from '../../kit/scenario-documents.ts'
import { describe } from '../../kit/suite.ts'

/** A plan of a document that says as much as it can. */
const FULL = planOf(
  aDocument({
    target: { plugin: 'http', config: { url: 'http://127.0.0.1:7070' } },
    workload: { pattern: 'business-hours', agents: 3, day: '24m' },
    data: { users: { rows: [{ name: 'ada' }] } },
    login: { steps: [aRequest('/login', { retry: { attempts: 2 } })] },
    journeys: {
      buy: {
        steps: [aRequest('/items', { expect: { status: 200 }, extract: { id: 'json:id' } }), { think: '1s' }],
      },
    },
    objectives: ['p99(response_time) < 250ms', { expect: 'error_ratio < 1%', for: '5s', abort: true }],
    alerts: {
      channels: { console: { plugin: 'console' } },
      routes: [{ severity: 'major', channels: ['console'] }],
    },
    rollback: { procedures: { default: { plugin: 'command', config: { argv: ['true'] } } } },
    emergency: { limits: ['error_ratio < 90%'] },
    visuals: { home: { file: 'home.png', masks: [{ x: 1, y: 2, width: 3, height: 4 }] } },
    tracing: true,
  }),
)

const stored = (plan: RunPlan): unknown => JSON.parse(JSON.stringify(plan))

/** Paths of what is wrong with a stored plan. */
const problemsOf = (plan: unknown): string[] =>
  runPlanSchema.safeParse(plan).error?.issues.map(({ path }) => path.join('.')) ?? []

describe('The schema of a plan', (test) => {
  test('gives back every field of a stored plan', () => {
    assert.equal(runPlanSchema.parse(stored(FULL)), stored(FULL))
  })

  test('reads a plan of before there were several workloads', () => {
    const { workloads, ...rest } = stored(FULL) as RunPlan
    const { startMs: _startMs, durationMs: _durationMs, ...workload } = workloads[0] as WorkloadPlan
    assert.equal(runPlanSchema.parse({ ...rest, workload }), stored(FULL))
  })

  test('gives back demand of every form', () => {
    fc.assert(
      fc.property(anyCurve, (curve) => {
        const plan = aRunPlan({ workloads: [aWorkload({ curve })] })
        assert.equal(runPlanSchema.parse(stored(plan)), stored(plan))
      }),
    )
  })

  test('says which fields are missing or of another kind', () => {
    const { seed: _, ...seedless } = aRunPlan()
    const curve = { kind: 'sum', parts: [{ kind: 'ramp', from: 'slowly', to: 2, durationMs: 3 }] }

    assert.equal(problemsOf(seedless), ['seed'])
    assert.equal(problemsOf({ ...aRunPlan(), workload: { ...aWorkload(), curve } }), [
      'workloads.0.curve.parts.0.from',
    ])
    assert.equal(problemsOf({ ...aRunPlan(), targets: { main: { plugin: 'http' } } }), [
      'targets.main.config',
    ])
  })
})
