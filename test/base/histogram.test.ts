import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { HarnessError } from '../../harness/base/errors.ts'
import {
  BUCKET_COUNT,
  bucketOf,
  decodeSparse,
  HIGHEST_US,
  Histogram,
  highestOfBucket,
  LOWEST_US,
  lowestOfBucket,
} from '../../harness/base/histogram.ts'
import { describe } from '../kit/suite.ts'

/** Every order of magnitude as likely as the next. */
const anyUs = fc
  .double({ min: 0, max: Math.log(HIGHEST_US), noNaN: true })
  .map((log) => Math.min(HIGHEST_US, Math.round(Math.exp(log))))
const anyValues = fc.array(anyUs, { minLength: 1, maxLength: 400 })

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const valueUs of values) histogram.record(valueUs)
  return histogram
}
const sparseOf = (histogram: Histogram) => [...histogram.buckets()].flat()

describe('histogram layout', (test) => {
  test('puts every value between the ends of its bucket, three digits wide', () => {
    fc.assert(
      fc.property(anyUs, (valueUs) => {
        const bucket = bucketOf(valueUs)
        assert.ok(bucket >= 0 && bucket < BUCKET_COUNT)
        assert.ok(lowestOfBucket(bucket) <= valueUs && valueUs <= highestOfBucket(bucket))
        assert.ok(highestOfBucket(bucket) - lowestOfBucket(bucket) <= valueUs / 1_000)
      }),
      { numRuns: 1_000 },
    )
  })

  test('has neighbouring buckets without a gap', () => {
    for (let bucket = 0; bucket < bucketOf(HIGHEST_US); bucket++)
      assert.is(lowestOfBucket(bucket + 1), highestOfBucket(bucket) + 1)
  })
})

describe('Histogram', (test) => {
  test('gives the nearest-rank quantile of a sorted list, at the highest value of its bucket', () => {
    fc.assert(
      fc.property(anyValues, fc.constantFrom(0.5, 0.9, 0.95, 0.99, 0.999, 1), (values, quantile) => {
        const sorted = [...values].sort((a, b) => a - b)
        const exactUs = sorted[Math.max(0, Math.ceil(quantile * sorted.length - 1e-9) - 1)]!
        const expectedUs = Math.min(HIGHEST_US, highestOfBucket(bucketOf(exactUs)))
        assert.is(histogramOf(values).quantileUs(quantile), expectedUs)
      }),
    )
  })

  test('merges without loss, in any order', () => {
    fc.assert(
      fc.property(anyValues, anyValues, (left, right) => {
        const [ab, ba] = [histogramOf(left), histogramOf(right)]
        ab.add(histogramOf(right))
        ba.add(histogramOf(left))
        const both = histogramOf([...left, ...right])
        assert.equal(sparseOf(ab), sparseOf(both))
        assert.equal(sparseOf(ba), sparseOf(both))
      }),
      { numRuns: 30 },
    )
  })

  test('survives its sparse and its encoded form', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        const histogram = histogramOf(values)
        assert.equal(sparseOf(Histogram.ofSparse(sparseOf(histogram))), sparseOf(histogram))
        assert.equal(sparseOf(Histogram.decode(histogram.encode())), sparseOf(histogram))
      }),
      { numRuns: 30 },
    )
  })

  test('refuses text that is no histogram', () => {
    for (const text of ['', 'nonsense', new Histogram().encode().slice(0, 12)]) {
      try {
        Histogram.decode(text)
      } catch (error) {
        assert.is((error as HarnessError).code, 'RECORD_INVALID')
        continue
      }
      assert.unreachable(`'${text}' was taken`)
    }
  })

  test('never counts a value within a bound as over it, unless they share a bucket', () => {
    const histogram = histogramOf([50_000, 99_900, 100_000, 100_031, 100_032, 200_000])

    assert.is(histogram.countOver(99_000), 5)
    assert.is(histogram.countOver(100_031), 2, 'the bound is the highest value of its bucket')
    assert.is(histogram.countOver(100_000), 4, 'the bucket of the bound counts as over')
    assert.is(histogram.countOver(HIGHEST_US), 0)
  })

  test('clamps to its range and counts what lies above', () => {
    const histogram = histogramOf([0, HIGHEST_US])
    histogram.record(HIGHEST_US + 1, 3)

    assert.equal([histogram.count, histogram.overflowCount, histogram.minUs], [5, 3, LOWEST_US])
    assert.is(histogram.quantileUs(1), HIGHEST_US)
  })

  test('is all zeros when empty', () => {
    const { count, maxUs, minUs, meanUs } = new Histogram()

    assert.equal([count, maxUs, minUs, meanUs, new Histogram().quantileUs(0.99)], [0, 0, 0, 0, 0])
    assert.equal(sparseOf(new Histogram()), [])
  })
})

describe('decodeSparse', (test) => {
  test('reads the counts that a histogram has', () => {
    fc.assert(
      fc.property(anyValues, fc.integer({ min: 1, max: 3_000_000 }), (values, times) => {
        const histogram = histogramOf(values)
        histogram.record(values[0] ?? 1, times)

        assert.equal([...Array.from(decodeSparse(histogram.encode()))], sparseOf(histogram))
      }),
    )
    assert.equal(decodeSparse(new Histogram().encode()), [])
  })

  test('refuses what is no histogram of this layout', () => {
    const cut = histogramOf([1, 1000, 90_000]).encode().slice(0, 24)

    for (const text of ['', 'AAAA', Buffer.from('no histogram at all').toString('base64'), cut])
      assert.throws(
        () => decodeSparse(text),
        (error: HarnessError) => error.code === 'RECORD_INVALID',
      )
  })
})
