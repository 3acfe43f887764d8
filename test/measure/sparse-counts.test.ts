import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { countAbove, keysAt, rankOf, sumOf, totalOf } from '../../harness/measure/sparse-counts.ts'
import { countsOf } from '../kit/latencies.ts'
import { describe } from '../kit/suite.ts'

const anyKeys = fc.array(fc.oneof(fc.nat(60), fc.double({ min: 0, max: 4e9, noNaN: true })), {
  maxLength: 80,
})

describe('Sparse counts', (test) => {
  test('add up to the counts of all lists together', () => {
    fc.assert(
      fc.property(fc.array(anyKeys, { maxLength: 9 }), (lists) => {
        assert.equal(Array.from(sumOf(lists.map(countsOf))), countsOf(lists.flat()))
      }),
    )
  })

  test('have the total, the ranks and the share above a bound that the sorted list has', () => {
    fc.assert(
      fc.property(
        anyKeys,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(60),
        (keys, quantile, bound) => {
          const counts = countsOf(keys)
          const sorted = [...keys].sort((a, b) => a - b)

          assert.is(totalOf(counts), keys.length)
          assert.is(countAbove(counts, bound), keys.filter((key) => key > bound).length)
          if (keys.length > 0)
            assert.equal(
              keysAt(counts, [0, quantile, 1]),
              [0, quantile, 1].map((each) => sorted[rankOf(each, keys.length) - 1]),
            )
        },
      ),
    )
  })
})

describe('rankOf', (test) => {
  test('takes the nearest rank, and no product for more than it is', () => {
    assert.is(rankOf(0.5, 3), 2)
    assert.is(rankOf(0.07, 100), 7, '0.07 * 100 is 7.000000000000001')
    for (const total of [10, 1_000, 1e6, 1e9])
      for (let tenths = 0; tenths <= 10; tenths++)
        assert.is(rankOf(tenths / 10, total), Math.max(1, (tenths * total) / 10))
  })

  test('stays within the ranks there are', () => {
    assert.equal([rankOf(-1, 5), rankOf(0, 5), rankOf(2, 5)], [1, 1, 5])
  })
})
