import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { DenseHistogram } from '../../../harness/measure/dense-histogram.ts'
import type { HistogramTotals } from '../../../harness/model/metric-point.ts'
import { classicOf } from '../../../harness/telemetry/outputs/classic.ts'
import { denseOf, exponentialOf } from '../../../harness/telemetry/outputs/exponential.ts'
import { FAMILIES } from '../../../harness/telemetry/outputs/families.ts'
import { Window } from '../../../harness/telemetry/outputs/window.ts'
import { describe } from '../../kit/suite.ts'

/** Times in microseconds, with the exact numbers above some bounds. */
function totalsOf(valuesUs: readonly number[], boundsUs: readonly number[] = []): HistogramTotals {
  const histogram = new DenseHistogram()
  for (const value of valuesUs) histogram.record(value)
  return {
    counts: histogram.sparse().counts,
    count: valuesUs.length,
    sum: valuesUs.reduce((a, b) => a + b, 0) / 1e6,
    recordedPer: 1e6,
    over: boundsUs.map((bound) => [bound / 1e6, valuesUs.filter((value) => value > bound).length]),
  }
}

const times = fc.array(fc.integer({ min: 1, max: 3_600_000_000 }), { minLength: 1, maxLength: 200 })

describe('Exponential histograms', (test) => {
  for (const schema of [3, 5])
    test(`of schema ${schema} hold every value, each no further off than its bucket is wide`, () => {
      const width = 2 ** (1 / 2 ** schema)
      fc.assert(
        fc.property(times, (values) => {
          const { buckets } = exponentialOf(totalsOf(values), schema)
          const sorted = [...values].sort((a, b) => a - b)
          let rank = 0
          for (let i = 0; i < buckets.length; i += 2) {
            const upper = width ** (buckets[i] as number) * 1e6
            for (let n = 0; n < (buckets[i + 1] as number); n++) {
              const value = sorted[rank++] as number
              // A bucket of ours is 0.1 % wide, and goes into one as a whole.
              assert.ok(value <= upper * 1.001 && value >= (upper / width) * 0.999, `${value} in ${upper}`)
            }
          }
          assert.is(rank, values.length)
        }),
      )
    })

  test('have the powers of two in the buckets that end with them', () => {
    const { buckets } = exponentialOf({ counts: [1024, 1], recordedPer: 1024 })
    assert.equal(buckets, [0, 1])
  })

  test('can be told without gaps', () => {
    assert.equal(denseOf({ schema: 3, buckets: [-5, 2, -2, 1] }), { first: -5, counts: [2, 0, 0, 1] })
    assert.equal(denseOf({ schema: 3, buckets: [] }), { first: 0, counts: [] })
  })
})

describe('Histograms with bounds', (test) => {
  test('count exactly at the bounds of objectives, never too many elsewhere, and rise', () => {
    fc.assert(
      fc.property(
        times,
        fc.array(fc.integer({ min: 1, max: 70_000_000 }), { maxLength: 4 }),
        (values, bounds) => {
          const rising = [...new Set(bounds)].sort((a, b) => a - b)
          const buckets = classicOf(FAMILIES.response_time, totalsOf(values, rising))
          let before = 0
          for (const { bound, count } of buckets) {
            const truth = values.filter((value) => value / 1e6 <= bound).length
            if (rising.includes(bound * 1e6)) assert.is(count, truth)
            assert.ok(count <= truth && count >= before, `${count} of ${truth} at ${bound}`)
            before = count
          }
        },
      ),
    )
  })
})

describe('A window', (test) => {
  const point = (values: readonly number[]) => ({
    family: FAMILIES.response_time,
    labels: { step: 'a' },
    histogram: totalsOf(values, [50]),
  })

  test('holds what came since a batch was taken', () => {
    const window = new Window()
    window.taken([point([10, 20])])

    const [since] = window.since([point([10, 20, 20, 900])])

    assert.ok(since !== undefined && 'histogram' in since)
    assert.equal(Array.from(since.histogram.counts), [20, 1, 900, 1])
    assert.equal([since.histogram.count, since.histogram.over], [2, [[50 / 1e6, 1]]])
  })

  test('holds it again when nobody took it', () => {
    const window = new Window()
    const counter = { family: FAMILIES.requests, labels: {}, value: 7 }

    assert.equal(window.since([counter]), window.since([counter]))
    window.taken([counter])
    assert.equal(window.since([counter]), [])
  })
})
