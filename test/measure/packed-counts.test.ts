import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { BUCKET_COUNT } from '../../harness/base/histogram.ts'
import { packCounts, unpackCounts } from '../../harness/measure/packed-counts.ts'
import { describe } from '../kit/suite.ts'

const anyCounts = fc
  .uniqueArray(fc.nat(BUCKET_COUNT - 1), { maxLength: 200 })
  .chain((buckets) =>
    fc
      .array(fc.integer({ min: 1, max: 2 ** 32 }), { minLength: buckets.length, maxLength: buckets.length })
      .map((counts) => buckets.sort((a, b) => a - b).flatMap((bucket, i) => [bucket, counts[i] as number])),
  )

describe('Packed counts', (test) => {
  test('are unpacked as they were', () => {
    fc.assert(fc.property(anyCounts, (counts) => assert.equal(unpackCounts(packCounts(counts)), counts)))
  })

  test('take two bytes for a bucket near the one before with a small count', () => {
    const counts = Array.from({ length: 300 }, (_, i) => [5_000 + 3 * i, 2]).flat()

    assert.is(Buffer.from(packCounts(counts), 'base64').length, 2 * 300 + 1)
  })

  test('that end in a bucket without its count, or lie outside the layout, are none', () => {
    const packed = Buffer.from(packCounts([10, 1, 20, 1]), 'base64')

    assert.is(unpackCounts(packed.subarray(0, -1).toString('base64')), null)
    assert.is(unpackCounts(packCounts([BUCKET_COUNT, 1])), null)
  })
})
