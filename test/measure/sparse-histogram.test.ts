import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { HIGHEST_US } from '../../harness/base/histogram.ts'
import { SparseHistogram } from '../../harness/measure/sparse-histogram.ts'
import { anyUs, anyValuesUs, histogramOf, sortedUs } from '../kit/latencies.ts'
import { describe } from '../kit/suite.ts'

const QUANTILES = [0.5, 0.9, 0.95, 0.99, 0.999, 1]

describe('SparseHistogram', (test) => {
  test('gives the nearest-rank quantiles of a sorted list, at the highest value of their buckets', () => {
    fc.assert(
      fc.property(anyValuesUs, (values) => {
        const sorted = sortedUs(values)
        const expected = QUANTILES.map(
          (q) => sorted[Math.max(0, Math.ceil(q * sorted.length - 1e-9) - 1)] ?? 0,
        )
        const histogram = histogramOf(values)

        assert.equal(
          QUANTILES.map((quantile) => histogram.quantileUs(quantile)),
          expected,
        )
        assert.equal(histogram.quantilesUs(QUANTILES), values.length === 0 ? [] : expected)
        assert.equal([histogram.count, histogram.maxUs], [values.length, sorted.at(-1) ?? 0])
      }),
    )
  })

  test('counts over a bound what a sorted list has above it', () => {
    fc.assert(
      fc.property(anyValuesUs, anyUs, (values, boundUs) => {
        assert.is(
          histogramOf(values).countOver(boundUs),
          sortedUs(values).filter((us) => us > boundUs).length,
        )
      }),
    )
  })

  test('never counts a value within a bound as over it, unless they share a bucket', () => {
    const histogram = histogramOf([50_000, 99_900, 100_000, 100_031, 100_032, 200_000])

    assert.is(histogram.countOver(99_000), 5)
    assert.is(histogram.countOver(100_031), 2, 'the bound is the highest value of its bucket')
    assert.is(histogram.countOver(100_000), 4, 'the bucket of the bound counts as over')
    assert.is(histogram.countOver(HIGHEST_US), 0)
  })

  test('sums without loss, as it is and encoded', () => {
    fc.assert(
      fc.property(fc.array(anyValuesUs, { maxLength: 5 }), (lists) => {
        const parts = lists.map((values) => histogramOf(values))
        const all = histogramOf(lists.flat()).counts

        assert.equal(Array.from(SparseHistogram.sum(parts.map(({ counts }) => counts)).counts), all)
        assert.equal(
          Array.from(SparseHistogram.decodeAll([null, ...parts.map((part) => part.encode())]).counts),
          all,
        )
      }),
      { numRuns: 30 },
    )
  })

  test('lies about its mean by no more than half a bucket', () => {
    const { sumUs } = histogramOf([1, 10, 2_047, 1_000_000])

    assert.ok(Math.abs(sumUs - 1_002_058) <= 1_000, `${sumUs}`)
  })

  test('is all zeros when empty', () => {
    const { count, minUs, maxUs, sumUs } = SparseHistogram.sum([])

    assert.equal([count, minUs, maxUs, sumUs, SparseHistogram.sum([]).quantileUs(0.99)], [0, 0, 0, 0, 0])
  })
})
