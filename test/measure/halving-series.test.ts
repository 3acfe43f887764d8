import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { HalvingSeries } from '../../harness/measure/halving-series.ts'
import { describe } from '../kit/suite.ts'

const listsOf = (most: number) => new HalvingSeries<readonly number[]>(most, (lists) => lists.flat())

describe('HalvingSeries', (test) => {
  test('keeps every value once, in order, in no more entries than it may', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(200), (most, count) => {
        const series = listsOf(most)
        const values = Array.from({ length: count }, (_, i) => i)
        for (const value of values) {
          series.add([value])
          assert.ok(series.entries.length <= most)
          assert.equal(series.all.flat(), values.slice(0, value + 1))
        }
        series.flush()
        assert.equal(series.entries.flat(), values)
      }),
    )
  })

  test('has entries of equal length, twice as long whenever it was full', () => {
    const series = listsOf(7)
    const lengths = () => series.entries.map(({ length }) => length)
    for (let i = 0; i < 7; i++) series.add([i])
    assert.equal(lengths(), [1, 1, 1, 1, 1, 1, 1])
    series.add([7])
    assert.equal(lengths(), [2, 2, 2, 2])
    series.add([8])
    assert.equal(lengths(), [2, 2, 2, 2], 'one is not enough for an entry')
    series.add([9])
    assert.equal(lengths(), [2, 2, 2, 2, 2])
  })

  test('ends with what is not enough for an entry, once', () => {
    const series = listsOf(3)
    for (let i = 0; i < 5; i++) series.add([i])
    series.flush()
    series.flush()
    assert.equal(series.entries, [[0, 1], [2, 3], [4]])
  })
})
