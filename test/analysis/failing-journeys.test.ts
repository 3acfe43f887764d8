import * as assert from 'uvu/assert'
import { failureCause } from '../../harness/analysis/failing-journeys.ts'
import { judge } from '../../harness/analysis/judge.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import type { StepFailures } from '../../harness/model/failures-schema.ts'
import type { DispatchCounts, StepCounts } from '../../harness/model/interval-snapshot.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { aRecord } from '../kit/builders.ts'
import { failuresOf } from '../kit/failures.ts'
import { describe } from '../kit/suite.ts'

const dispatch = (started: number, iterations: number, more: Partial<DispatchCounts> = {}) => ({
  failures: (): StepFailures[] => [],
  journeyFailures: (): StepFailures[] => [],
  dispatch: { ...aRecord({ okMs: [1] }).dispatch, planned: started, started, iterations, ...more },
})
const step = (name: string, changes: Partial<StepCounts>): StepCounts => ({
  ...(aRecord({ okMs: [1] }).steps[0] as StepCounts),
  ok: 0,
  step: name,
  ...changes,
})

describe('failureCause', (test) => {
  test('names the step that failed most often, and why it most often did', () => {
    const cause = failureCause({
      ...dispatch(1_500, 100),
      failures: () => failuresOf('first', 1_300),
      stepCounts: [
        step('first', { failed: 1_300, errored: 20, errors: { status: 1_300, reset: 20 } }),
        step('second', { failed: 80, errors: { expectation: 80 } }),
      ],
    })

    assert.is(
      cause,
      "most journeys failed (step 'first' 1,320 times, most often: HTTP 503 x 1,300): fix that first",
    )
  })

  test('names code, when it fails journeys more often than a step does', () => {
    const { counts, ...cause } = failuresOf('buy', 90)[0] as StepFailures
    const text = { kind: 'code', text: 'no cart (shop.ts:7)', count: 90 }

    assert.is(
      failureCause({
        ...dispatch(100, 10, { failedJourneys: 90, failedByCode: 90 }),
        journeyFailures: () => [{ ...cause, of: 'journeys', counts: [text] }],
        stepCounts: [step('first', { ok: 100 })],
      }),
      'most journeys failed (code 90 times, most often: no cart (shop.ts:7) x 90): fix that first',
    )
  })

  test('names a login, whose failures cancel what was planned', () => {
    const steps = [step('login', { failed: 40, errors: { status: 40 } })]

    assert.match(
      failureCause({ ...dispatch(0, 0, { planned: 40, cancelled: 40 }), stepCounts: steps }) ?? '',
      "step 'login' 40 times",
    )
  })

  test('says nothing when most journeys end well, and of attempts that were made again', () => {
    const retried = [step('first', { ok: 100, errored: 300, retries: 300, errors: { reset: 300 } })]
    const some = [step('first', { ok: 60, failed: 40, errors: { status: 40 } })]

    assert.is(failureCause({ ...dispatch(100, 100), stepCounts: retried }), null)
    assert.is(failureCause({ ...dispatch(100, 60), stepCounts: some }), null)
  })

  test('says nothing of failures that code took no notice of', () => {
    const ignored = [step('first', { failed: 500, errors: { status: 500 } })]

    assert.is(failureCause({ ...dispatch(101, 100), stepCounts: ignored }), null)
  })

  test('says nothing when nothing ended: agents that wait are not agents that failed', () => {
    assert.is(failureCause({ ...dispatch(100, 0), stepCounts: [step('first', { aborted: 100 })] }), null)
  })
})

describe('A run whose journeys fail', (test) => {
  const { objectives } = parseObjectives(['p99(response_time) < 100ms', 'error_ratio < 1%'], 'objectives')
  const verdict = judge(
    aRecord({
      okMs: [],
      failedPerInterval: 10,
      objectives,
      workload: { model: 'open' },
      dispatch: { planned: 1_000, started: 200, dropped: 800, iterations: 0 },
      interval: () => ({ backlog: 9 }),
    }),
    { strict: false },
  )
  const told = [...verdict.reasons, ...verdict.cautions]

  test('is not told to use more agents, but what failed', () => {
    for (const code of ['JOURNEYS_FAILED', 'ARRIVALS_DROPPED', 'AGENTS_EXHAUSTED'])
      assert.match(
        told.find((reason) => reason.code === code)?.message ?? '',
        /most journeys failed \(step 'step'/,
      )
    assert.ok(told.every(({ message }) => !message.includes('more --agents')))
  })

  test('is NO-GO by its errors', () => {
    assert.is(verdict.outcome, 'NO_GO')
  })
})

describe('A run whose agents backed off', (test) => {
  const { objectives } = parseObjectives(['error_ratio < 1%'], 'objectives')
  const ratio = (backedOffMs: number, model: 'open' | 'closed' = 'closed') =>
    aRecord({
      okMs: Array.from({ length: 2_000 }, () => 5),
      failedPerInterval: 1,
      objectives,
      workload: { model },
      interval: () => ({
        activeAgents: 10,
        dispatch: { ...aRecord({ okMs: [1] }).dispatch, planned: 2_001, started: 2_001, backedOffMs },
      }),
    })
  const judged = (record: RunRecord) => judge(record, { strict: false })

  test('is not GO, however few errors were counted: half the users met nothing else', () => {
    const { outcome, reasons } = judged(ratio(5_000))

    assert.is(outcome, 'INCONCLUSIVE')
    assert.match(reasons[0]?.message ?? '', /agents backed off for 50 % of their time.*step 'step' 20 times/)
  })

  test('is judged as any when that is less than a hundredth of their time, or arrivals make the load', () => {
    assert.is(judged(ratio(90)).outcome, 'GO')
    assert.is(judged(ratio(5_000, 'open')).outcome, 'GO')
  })
})
