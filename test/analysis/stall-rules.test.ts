import * as assert from 'uvu/assert'
import { RecordView } from '../../harness/analysis/record-view.ts'
import { assessValidity } from '../../harness/analysis/validity/index.ts'
import { aRecord } from '../kit/builders.ts'
import { describe } from '../kit/suite.ts'

/** A run of ten seconds with three agents; in the seconds of `still` nobody is answered. */
function cautionOf(
  still: readonly number[],
  { model = 'closed' as 'closed' | 'open', okMs = 5, inFlight = 3 } = {},
) {
  const record = aRecord({
    okMs: Array.from({ length: 400 }, () => okMs),
    intervals: 10,
    workload: { model },
    interval: () => ({ inFlight }),
  })
  const intervals = record.intervals.map((interval, index) => {
    if (!still.includes(index)) return interval
    const steps = Object.entries(interval.steps).map(([name, step]) => [name, { ...step, ok: 0 }] as const)
    return { ...interval, steps: Object.fromEntries(steps) }
  })
  return assessValidity(new RecordView({ ...record, intervals })).cautions.find(
    ({ code }) => code === 'TARGET_STALLED',
  )
}

describe('A target that stands still', (test) => {
  test('is a caution of a closed model, with its length and its weight', () => {
    const caution = cautionOf([4, 5, 6])

    assert.equal(caution?.evidence, { durationMs: 3000, stalls: 1, p99Ms: 5.003 })
    assert.match(caution?.message ?? '', /nobody was answered for 3s \(from 4s on\).*weigh 3 of /)
  })

  test('is told of more than once, together', () => {
    assert.equal(
      [cautionOf([2, 5, 6])?.evidence['durationMs'], cautionOf([2, 5, 6])?.evidence['stalls']],
      [3000, 2],
    )
  })

  test('is none where somebody is answered, nobody waits, or the percentiles hold it', () => {
    assert.is(cautionOf([]), undefined)
    assert.is(cautionOf([4, 5, 6], { inFlight: 0 }), undefined)
    assert.is(cautionOf([4, 5, 6], { okMs: 3500 }), undefined)
    assert.is(cautionOf([4, 5, 6], { model: 'open' }), undefined)
  })
})
