import fc from 'fast-check'
import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type JsHistogram,
} from 'hdr-histogram-js'
import * as assert from 'uvu/assert'
import type { HarnessError } from '../../harness/base/errors.ts'
import { HIGHEST_US, LOWEST_US, lowestOfBucket } from '../../harness/base/histogram.ts'
import { decodeHdr, encodeHdr } from '../../harness/measure/hdr.ts'
import { anyValuesUs, histogramOf } from '../kit/latencies.ts'
import { describe } from '../kit/suite.ts'

/** The same histogram by the reference implementation. */
function referenceOf(counts: ArrayLike<number>): JsHistogram {
  const reference = build({
    lowestDiscernibleValue: LOWEST_US,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 64,
  }) as JsHistogram
  for (let i = 0; i < counts.length; i += 2)
    reference.recordValueWithCount(lowestOfBucket(counts[i]!), counts[i + 1]!)
  return reference
}

const anyTimes = fc.integer({ min: 1, max: 3_000_000_000 })

describe('The interchange of histograms', (test) => {
  test('writes byte for byte what HdrHistogram writes', () => {
    fc.assert(
      fc.property(anyValuesUs, anyTimes, (values, times) => {
        const { counts } = histogramOf(values, times)

        assert.is(encodeHdr(counts), encodeIntoCompressedBase64(referenceOf(counts)))
      }),
    )
  })

  test('reads what it and HdrHistogram write, and is read by it', () => {
    fc.assert(
      fc.property(anyValuesUs, anyTimes, (values, times) => {
        const { counts, count } = histogramOf(values, times)
        const text = encodeHdr(counts)

        assert.equal(decodeHdr(text), counts)
        assert.equal(decodeHdr(encodeIntoCompressedBase64(referenceOf(counts))), counts)
        assert.is(decodeFromCompressedBase64(text, 64, false).totalCount, count)
      }),
    )
  })

  test('refuses what is no histogram of this layout', () => {
    const whole = histogramOf([1, 1000, 90_000]).encode()
    const otherLayout = encodeIntoCompressedBase64(
      build({ numberOfSignificantValueDigits: 2, highestTrackableValue: HIGHEST_US }),
    )
    const tooLong = encodeHdr([1, 1, 1_000_000, 1])
    const noHistogram = Buffer.from('no histogram at all').toString('base64')

    for (const text of ['', 'AAAA', 'nonsense', noHistogram, whole.slice(0, 24), otherLayout, tooLong])
      assert.throws(
        () => decodeHdr(text),
        (error: HarnessError) => error.code === 'RECORD_INVALID',
        `'${text}' was taken`,
      )
  })
})
