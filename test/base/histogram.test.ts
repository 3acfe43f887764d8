import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  BUCKET_COUNT,
  bucketOf,
  HIGHEST_US,
  highestOfBucket,
  lowestOfBucket,
} from '../../harness/base/histogram.ts'
import { anyUs } from '../kit/latencies.ts'
import { describe } from '../kit/suite.ts'

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
