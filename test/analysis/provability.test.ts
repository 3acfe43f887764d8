import * as assert from 'uvu/assert'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { provabilityOf } from '../../harness/analysis/provability.ts'
import { requestsToProve } from '../../harness/analysis/sample-size.ts'
import type { RequestStepPlan, RunPlan, StepPlan } from '../../harness/model/plan.ts'
import { aPlan } from '../kit/builders.ts'
import { describe } from '../kit/suite.ts'

const request = (name: string, followUps: RequestStepPlan['followUps'] = []) =>
  ({ kind: 'request', name, followUps }) as unknown as RequestStepPlan

function provability(
  expect: readonly string[],
  changes: Partial<RunPlan> = {},
  expectedIterations: number | null = 10_000,
) {
  const { objectives } = parseObjectives(expect, 'objectives')
  return provabilityOf(aPlan({ objectives, ...changes, workload: { model: 'open', expectedIterations } }))
}

const journeys = [
  { name: 'a', weight: 3, steps: [request('x'), request('y')] },
  { name: 'b', weight: 1, steps: [request('x')] },
]

describe('What a run can prove', (test) => {
  test('is known for claims about a share, and asked of nothing else', () => {
    const found = provability([
      'p99(response_time) < 100ms',
      'share(response_time <= 100ms) >= 95%',
      'error_ratio < 0.1%',
      'max(response_time) < 1s',
      'rate(goodput) > 100/s',
    ])
    assert.equal(
      found.map(({ atLeast }) => atLeast),
      [368, 72, 3688],
    )
    assert.equal(found[0]?.typical, Math.ceil((requestsToProve(0.01, 0.005) ?? 0) * 1.3))
  })

  test('counts the requests of all journeys by their weight, or those of one step', () => {
    const found = provability(['p99(response_time) < 1s', 'p99(response_time{step=y}) < 1s'], { journeys })
    assert.equal(
      found.map(({ planned }) => planned),
      [17_500, 7_500],
    )
  })

  test('counts the alternatives of a choice by weight, and what follows them by probability', () => {
    const escalation = { kind: 'review', probability: 0.5, step: request('review') }
    const alternatives = [
      { weight: 7, step: request('safe') },
      { weight: 2, step: request('risky') },
      { weight: 1, step: request('complex', [escalation]) },
    ]
    const steps = [{ kind: 'choice', name: 'operations', alternatives } as const]
    const claims = ['', '{step=safe}', '{step=risky}', '{step=review}']
    const found = provability(
      claims.map((labels) => `p99(response_time${labels}) < 1s`),
      { journeys: [{ name: 'a', weight: 1, steps }] },
    )
    assert.equal(
      found.map(({ planned }) => planned),
      [10_500, 7_000, 2_000, 500],
    )
  })

  test('counts rounds, and has only a highest number where conditions decide', () => {
    const twice: StepPlan = { kind: 'repeat', times: 2, while: null, until: null, steps: [request('x')] }
    const found = (steps: readonly StepPlan[], step = '{step=x}') =>
      provability([`p99(response_time${step}) < 1s`], { journeys: [{ name: 'a', weight: 1, steps }] })[0]
    const condition = { variable: 'status', exists: true }
    const polled: StepPlan = { kind: 'repeat', times: 9, while: condition, until: null, steps: [twice] }
    const either: StepPlan = { kind: 'if', condition, steps: [twice], else: [request('x'), request('y')] }
    const same: StepPlan = { kind: 'if', condition, steps: [request('x')], else: [request('x')] }

    assert.is(found([twice, request('x')])?.planned, 30_000)
    assert.equal([found([polled])?.planned, found([polled])?.plannedMost], [null, 180_000])
    assert.equal([found([either])?.planned, found([either])?.plannedMost], [null, 20_000])
    assert.is(found([either], '{step=y}')?.plannedMost, 10_000)
    assert.is(found([same])?.planned, 10_000)
  })

  test('counts the measured phases only', () => {
    const phases = [
      { name: 'warm-up', startMs: 0, endMs: 2_500, measured: false },
      { name: 'steady', startMs: 2_500, endMs: 10_000, measured: true },
    ]
    assert.is(provability(['p99(response_time) < 1s'], { journeys, phases })[0]?.planned, 13_125)
  })

  test('does not pretend to know what a closed model or code will send', () => {
    assert.is(provability(['p99(response_time) < 1s'], { journeys }, null)[0]?.planned, null)
    const code = [{ name: 'a', weight: 1, steps: null }]
    assert.is(provability(['p99(response_time) < 1s'], { journeys: code })[0]?.planned, null)
  })
})
