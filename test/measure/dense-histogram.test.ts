import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { bucketOf, HIGHEST_US, LOWEST_US } from '../../harness/base/histogram.ts'
import { DenseHistogram } from '../../harness/measure/dense-histogram.ts'
import { anyValuesUs, countsOf, histogramOf } from '../kit/latencies.ts'
import { describe } from '../kit/suite.ts'

describe('DenseHistogram', (test) => {
  test('holds the counts of the sorted values, whether recorded or added, in any order', () => {
    fc.assert(
      fc.property(fc.array(anyValuesUs, { maxLength: 6 }), (lists) => {
        const sum = new DenseHistogram()
        for (const values of lists) sum.add(histogramOf(values).counts)
        const expected = countsOf(lists.flat().map(bucketOf))

        assert.equal(sum.sparse().counts, expected)
        assert.equal(histogramOf([...lists].reverse().flat()).counts, expected)
      }),
      { numRuns: 50 },
    )
  })

  test('rounds, and clamps to its range', () => {
    const histogram = histogramOf([0, 0.4, 1_499.6, HIGHEST_US, HIGHEST_US + 1])

    assert.equal(histogram.counts, [LOWEST_US, 2, 1_500, 1, bucketOf(HIGHEST_US), 2])
  })

  test('counts more than a 32-bit number holds', () => {
    const sum = new DenseHistogram()
    for (let i = 0; i < 3; i++) sum.add([7, 4e9])

    assert.equal(sum.sparse().counts, [7, 12e9])
  })
})
