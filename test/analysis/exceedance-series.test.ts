import * as assert from 'uvu/assert'
import { exceedanceSeries } from '../../harness/analysis/exceedance-series.ts'
import { intervalViews } from '../../harness/analysis/interval-view.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { RecordView } from '../../harness/analysis/record-view.ts'
import { shareClaimOf } from '../../harness/analysis/share-claim.ts'
import type { ObjectivePlan } from '../../harness/model/plan.ts'
import { aStepRecord, type StepRecordShape } from '../kit/step-records.ts'
import { describe } from '../kit/suite.ts'

const many = (times: number, ms: number) => Array.from({ length: times }, () => ms)

function seriesOf(expect: string, shape: Omit<StepRecordShape, 'intervals'>) {
  const view = new RecordView(aStepRecord({ ...shape, intervals: 3 }))
  const objective = parseObjectives([expect], 'objectives').objectives[0] as ObjectivePlan
  const claim = shareClaimOf(view, objective)
  assert.ok(claim)
  const series = exceedanceSeries(intervalViews(view, [objective]), objective, claim)
  return series?.map(({ over, total }) => [Math.round(over * 1000) / 1000, total]) ?? null
}

describe('A series of exceedances', (test) => {
  const steps = {
    ask: (i: number) => ({ okMs: [...many(100 - 10 * i, 10), ...many(10 * i, 300)] }),
    pay: () => ({ okMs: many(50, 10), failed: 5 }),
  }

  test('counts slow answers of each interval', () => {
    assert.equal(seriesOf('p99(response_time) < 100ms', { steps }), [
      [0, 150],
      [10, 150],
      [20, 150],
    ])
  })

  test('keeps to the step of the objective', () => {
    assert.equal(seriesOf('p99(response_time{step=pay}) < 100ms', { steps }), [
      [0, 50],
      [0, 50],
      [0, 50],
    ])
  })

  test('counts bad answers, however fast, against a share', () => {
    assert.equal(seriesOf('share(response_time <= 100ms) >= 99%', { steps }), [
      [5, 155],
      [15, 155],
      [25, 155],
    ])
  })

  test('counts only what the metric counts', () => {
    assert.equal(seriesOf('failed_ratio < 1%', { steps })?.[0], [5, 155])
    assert.equal(seriesOf('availability >= 99%', { steps })?.[0], [5, 155])
    assert.equal(seriesOf('timeout_ratio < 1%', { steps })?.[0], [0, 155])
  })

  test('adds up to what the run counted exactly, where buckets overstate it', () => {
    // All of the bucket of 100.01 ms may lie above the bound; the run knows that three did.
    const record = aStepRecord({ intervals: 3, steps: { ask: () => ({ okMs: many(10, 100) }) } })
    const counted = record.cells.map((cell) => ({
      ...cell,
      over: { 100010: cell.outcome === 'ok' ? 3 : 0 },
    }))
    const view = new RecordView({ ...record, cells: counted })
    const objective = parseObjectives(['p99(response_time) < 100.01ms'], '').objectives[0] as ObjectivePlan
    const series = exceedanceSeries(intervalViews(view, [objective]), objective, { k: 3, n: 30 }) ?? []
    assert.equal(
      series.map(({ over }) => over),
      [1, 1, 1],
    )
  })

  test('is none where intervals do not tell', () => {
    for (const expect of ['p99(service_time) < 1s', 'p99(response_time{outcome=ok}) < 1s'])
      assert.is(seriesOf(expect, { steps }), null, expect)
  })
})
