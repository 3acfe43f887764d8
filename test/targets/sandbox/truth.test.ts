import * as assert from 'uvu/assert'
import { SparseHistogram } from '../../../harness/measure/sparse-histogram.ts'
import { Truth } from '../../../harness/targets/sandbox/truth.ts'
import { describe } from '../../kit/suite.ts'

describe('Truth', (test) => {
  test('counts by class, status and component', () => {
    const truth = new Truth()
    truth.recordAnswer('safe', 200, 15_000)
    truth.recordAnswer('safe', 503, 16_000)
    truth.recordAnswer('risky', 200, 60_000)
    truth.recordComponents([
      { name: 'policy', durationMs: 12 },
      { name: 'llm', durationMs: 2 },
    ])
    const { total, classes, components, statuses } = truth.toDocument()

    assert.is(total.count, 3)
    assert.equal([classes['safe']?.count, classes['risky']?.count], [2, 1])
    assert.equal([components['policy']?.count, components['llm']?.maxUs], [1, 2_000])
    assert.equal(statuses, { 200: 2, 503: 1 })
  })

  test('keeps requests without a whole answer apart from the times', () => {
    const truth = new Truth()
    truth.recordUnanswered('refused')
    truth.recordUnanswered('reset')
    truth.recordUnanswered('reset')
    const { total, unanswered } = truth.toDocument()

    assert.is(total.count, 0)
    assert.equal(unanswered, { refused: 1, reset: 2, aborted: 0 })
  })

  test('serves the histogram whole: what is decoded has every value, to three digits', () => {
    const truth = new Truth()
    for (let valueUs = 1000; valueUs <= 100_000; valueUs += 1000) truth.recordAnswer('safe', 200, valueUs)
    const { total } = truth.toDocument()
    const decoded = SparseHistogram.decode(total.hdr)

    assert.is(decoded.count, 100)
    assert.equal(
      [total.p50Us, total.p95Us, total.p99Us],
      [0.5, 0.95, 0.99].map((quantile) => decoded.quantileUs(quantile)),
    )
    assert.ok(Math.abs(total.p95Us / 95_000 - 1) < 0.001)
  })

  test('forgets everything on reset', () => {
    const truth = new Truth()
    truth.recordAnswer('safe', 200, 15_000)
    truth.recordComponents([{ name: 'policy', durationMs: 12 }])
    truth.recordUnanswered('aborted')
    truth.reset()

    assert.equal(truth.toDocument(), new Truth().toDocument())
  })
})
