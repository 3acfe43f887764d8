import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { figuresOf, responseTimesOf } from '../../harness/live/latency.ts'
import { barsOf } from '../../harness/measure/latency-bars.ts'
import { SparseHistogram } from '../../harness/measure/sparse-histogram.ts'
import { histogramOfMs } from '../kit/latencies.ts'
import { aMergedSecond } from '../kit/live-intervals.ts'
import { describe } from '../kit/suite.ts'

describe('Response times that people watch', (test) => {
  test('are those of all steps of an interval, and of no failure', () => {
    const sum = responseTimesOf([aMergedSecond(0, { okMs: [20, 30], failed: 1 })])

    assert.is(sum.count, 2)
    assert.ok(Math.abs(sum.maxUs - 30_000) <= 30)
  })

  test('are nearest-rank percentiles in milliseconds', () => {
    const figures = figuresOf(histogramOfMs(Array.from({ length: 200 }, (_, i) => (i + 1) / 2)), null)

    assert.is(figures.count, 200)
    for (const [actual, expected] of [
      [figures.p50Ms, 50],
      [figures.p95Ms, 95],
      [figures.p99Ms, 99],
      [figures.maxMs, 100],
    ] as const)
      assert.ok(Math.abs(actual - expected) <= expected / 1000, `${actual} for ${expected}`)
  })

  test('are nothing when there were none', () => {
    assert.equal(figuresOf(new SparseHistogram([]), null), {
      count: 0,
      lowerBoundFromMs: null,
      p50Ms: 0,
      p95Ms: 0,
      p99Ms: 0,
      maxMs: 0,
    })
    assert.equal(barsOf(new SparseHistogram([])), [])
  })
})

describe('Bars of response times', (test) => {
  test('hold every request once, side by side, from the fastest to the slowest', () => {
    const times = fc.array(fc.double({ min: 0.001, max: 60_000, noNaN: true }), {
      minLength: 1,
      maxLength: 50,
    })
    fc.assert(
      fc.property(times, (valuesMs) => {
        const histogram = histogramOfMs(valuesMs)

        const bars = barsOf(histogram)

        assert.is(bars.length, 11)
        assert.is(
          bars.reduce((sum, { count }) => sum + count, 0),
          valuesMs.length,
        )
        assert.ok((bars[0]?.fromMs ?? 0) <= histogram.minUs / 1000 + 1e-9)
        assert.ok((bars.at(-1)?.toMs ?? 0) >= histogram.maxUs / 1000 - 1e-9)
        for (const [i, { fromMs }] of bars.entries()) if (i > 0) assert.is(fromMs, bars[i - 1]?.toMs)
      }),
    )
  })

  test('grow by the same ratio', () => {
    const ratios = barsOf(histogramOfMs([1, 1000])).map(({ fromMs, toMs }) => toMs / fromMs)

    for (const ratio of ratios) assert.ok(Math.abs(ratio - (ratios[0] ?? 0)) < 1e-9)
  })
})
