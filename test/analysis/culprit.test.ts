import * as assert from 'uvu/assert'
import { culpritOf } from '../../harness/analysis/culprit.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { RecordView } from '../../harness/analysis/record-view.ts'
import type { ObjectivePlan } from '../../harness/model/plan.ts'
import type { VerdictReason } from '../../harness/model/verdict.ts'
import { aReason } from '../kit/demands.ts'
import { aStepRecord, type StepRecordShape } from '../kit/step-records.ts'
import { describe } from '../kit/suite.ts'

const many = (times: number, ms: number) => Array.from({ length: times }, () => ms)

const SHAPE: StepRecordShape = {
  intervals: 4,
  steps: {
    ask: () => ({ okMs: [...many(90, 20), ...many(10, 400)] }),
    pay: () => ({ okMs: many(100, 60), failed: 25 }),
  },
  componentShares: { ask: { policy: 0.1, llm: 0.83 }, pay: { policy: 0.2 } },
}

function blamed(
  expect: string,
  shape: StepRecordShape = SHAPE,
  invalid: readonly VerdictReason[] = [],
  saturated: Parameters<typeof culpritOf>[2] = null,
) {
  const objective = parseObjectives([expect], 'objectives').objectives[0] as ObjectivePlan
  return culpritOf(new RecordView(aStepRecord(shape)), objective, saturated, invalid)
}

const reason = (code: string): VerdictReason =>
  aReason(code, 'the generator was the bottleneck: use more --threads', 'critical')

describe('The culprit', (test) => {
  test('is no total that covers the other components', () => {
    const ask = { total: 0.95, policy: 0.1, llm: 0.83 }
    assert.is(blamed('p99(response_time) < 100ms', { ...SHAPE, componentShares: { ask } }).component, 'llm')
    const alone = { ...SHAPE, componentShares: { ask: { total: 0.95 } } }
    assert.is(blamed('p99(response_time) < 100ms', alone).component, 'total')
  })

  test('of slow answers is the component with most of the time, in the step with most slow answers', () => {
    assert.equal(blamed('p99(response_time) < 100ms'), {
      step: 'ask',
      component: 'llm',
      resource: null,
      recommendation: "look at component 'llm' of step 'ask' first: it took 83 % of the service time",
    })
  })

  test('is named together with the resource that was at its limit', () => {
    const { resource, recommendation } = blamed('p99(response_time) < 100ms', SHAPE, [], {
      name: 'target CPU',
      ratio: 0.972,
    })
    assert.is(resource, 'target CPU')
    assert.match(recommendation, /service time; the target CPU was at its limit \(97 %\)$/)
  })

  test('is looked for in the step that the objective names', () => {
    const { step, component } = blamed('p99(response_time{step=pay}) < 1ms')
    assert.equal([step, component], ['pay', 'policy'])
  })

  test('of bad answers is the step with most of them, and what they mostly were', () => {
    for (const expect of ['error_ratio < 1%', 'availability >= 99.9%']) {
      const { step, component, recommendation } = blamed(expect)
      assert.equal([step, component], ['pay', null])
      assert.is(
        recommendation,
        "look at step 'pay' first: 100 of its 500 requests ended badly, most often: HTTP 503 x 100",
      )
    }
  })

  test('of downtime is the target as a whole, and how its requests ended', () => {
    assert.equal(blamed('downtime_ratio <= 1%'), {
      step: null,
      component: null,
      resource: null,
      recommendation:
        'look at the target first: 100 of its 900 requests ended badly, most often: HTTP 503 x 100',
    })
  })

  test('of a target that names no components is a step, with its slow answers', () => {
    const { steps, intervals = 4 } = SHAPE
    assert.is(
      blamed('share(response_time <= 100ms) >= 99%', { steps, intervals }).recommendation,
      "look at step 'pay' first: 100 of its 500 requests were not within 100ms",
    )
    assert.is(
      blamed('p99(response_time{step=ask}) < 100ms', { steps, intervals }).recommendation,
      "look at step 'ask' first: 40 of its 400 requests were not within 100ms",
    )
  })

  test('of a value is where most of the service time went', () => {
    const { step, component } = blamed('throughput > 1000/s')
    assert.equal([step, component], ['pay', 'policy'])
  })

  test('of a resource beyond its bound is that resource, and what used it', () => {
    const { resource, recommendation } = blamed('target_cpu_ratio <= 85%')
    assert.is(resource, 'target CPU')
    assert.match(recommendation, /^look at component .* first: .*; the target CPU was beyond its bound$/)
    assert.is(blamed('target_memory <= 1GiB').resource, 'target memory')
    assert.is(blamed('probe_cpu{probe=db} <= 1').resource, 'db CPU')
  })

  test("of the generator's own figures is the generator", () => {
    const { step, resource, recommendation } = blamed('generator_cpu < 1')
    assert.equal([step, resource], [null, 'generator CPU'])
    assert.match(recommendation, /^look at the generator first/)
  })

  test('is the generator as long as its figures cannot be believed', () => {
    const { step, resource, recommendation } = blamed('p99(response_time) < 100ms', SHAPE, [
      reason('GENERATOR_SATURATED'),
    ])
    assert.equal([step, resource], ['ask', 'generator CPU'])
    assert.match(recommendation, /^fix the measurement before the target: .*--threads$/)
  })

  test('of errors is not the generator, unless it was out of sockets', () => {
    assert.is(blamed('error_ratio < 1%', SHAPE, [reason('GENERATOR_SATURATED')]).resource, null)
    assert.is(blamed('error_ratio < 1%', SHAPE, [reason('PORTS_EXHAUSTED')]).resource, 'generator ports')
  })

  test('is the target where nothing was measured', () => {
    const nothing = { intervals: 2, steps: {} }
    assert.equal(blamed('throughput > 1/s', nothing), {
      step: null,
      component: null,
      resource: null,
      recommendation: 'look at the target first',
    })
  })
})
