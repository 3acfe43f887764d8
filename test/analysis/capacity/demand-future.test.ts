import * as assert from 'uvu/assert'
import { demandFuture } from '../../../harness/analysis/capacity/demand-future.ts'
import { Random } from '../../../harness/base/random.ts'
import { describe } from '../../kit/suite.ts'

const GIVEN = { demand: 450, growth: 0.05, reserve: 0.3, instances: 4 }

describe('The future of a demand', (test) => {
  test('follows the mean of what was safe, with the interval that a bootstrap of the searches gives', () => {
    const safes = [690, 710, 700, 705, 695]
    const { safe, endsInMonths, headroom } = demandFuture(safes, GIVEN)
    assert.ok(Math.abs(safe.value - 700) < 0.1, `${safe.value}`)
    // Standard error 3.2: 5 % lies 1.64 of them below.
    assert.ok(Math.abs((safe.low ?? 0) - 694.8) < 1.5, `${safe.low}`)
    assert.ok(Math.abs((safe.high ?? 0) - 705.2) < 1.5, `${safe.high}`)
    assert.ok(Math.abs((endsInMonths?.value ?? 0) - Math.log(490 / 450) / Math.log(1.05)) < 0.01)
    assert.ok(
      (endsInMonths?.low ?? 9) < (endsInMonths?.value ?? 0) &&
        (endsInMonths?.high ?? 0) > (endsInMonths?.value ?? 9),
    )
    assert.ok(Math.abs(headroom.value - (1 - 450 / 700)) < 0.001)
    assert.equal(demandFuture(safes, GIVEN), demandFuture(safes, GIVEN))
  })

  test('holds the truth in nine intervals of ten, as far as so few searches can tell it', () => {
    const random = new Random(7, 'truth')
    const worlds = 300
    let held = 0
    for (let i = 0; i < worlds; i++) {
      const safes = Array.from({ length: 12 }, () => 700 * Math.exp(random.normal(0, 0.03)))
      const { low, high } = demandFuture(safes, GIVEN).safe
      if ((low ?? 0) <= 700 && 700 <= (high ?? 0)) held++
    }
    // A bootstrap of twelve is a little narrow: 83 to 92 % is what it holds.
    assert.ok(held / worlds > 0.8 && held / worlds < 0.96, `${held} of ${worlds}`)
  })

  test('says no interval of two searches, no end without growth, and of what is gone that it is gone', () => {
    const few = demandFuture([700, 690], GIVEN)
    assert.equal([few.safe.low, few.endsInMonths?.high], [null, null])
    const still = demandFuture([700, 690, 695], { ...GIVEN, growth: null })
    assert.is(still.endsInMonths, null)
    assert.is(still.months.length, 1)
    assert.is(demandFuture([500, 510, 505], GIVEN).endsInMonths?.value, 0)
  })

  test('counts the instances of each month with the reserve and one spare, more where less is safe', () => {
    const { months } = demandFuture([690, 710, 700, 600, 800], GIVEN)
    const [now, ...later] = months
    // 450 / (700 x 0.7 / 4) is 3.7.
    assert.is(now?.instances?.value, 5)
    const values = [now, ...later].map((month) => month?.instances?.value ?? 0)
    assert.equal(
      values,
      values.toSorted((a, b) => a - b),
    )
    for (const { instances } of later)
      assert.ok(
        (instances?.low ?? 9) <= (instances?.value ?? 0) && (instances?.high ?? 0) >= (instances?.value ?? 9),
      )
    assert.is(later.at(-1)?.month, Math.max(12, months.length - 1))
  })
})
