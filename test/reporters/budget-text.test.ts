import * as assert from 'uvu/assert'
import { errorBudget } from '../../harness/analysis/error-budget.ts'
import { budgetText } from '../../harness/reporters/budget-text.ts'
import { describe } from '../kit/suite.ts'

const textOf = (bad: number, allowed: number, lengthMs = 60_000) =>
  budgetText(errorBudget([{ startMs: 0, endMs: lengthMs, over: bad, total: 10_000 }], allowed))

describe('A budget in words', (test) => {
  test('says what is left, how it burns, and when a whole one would be gone', () => {
    assert.is(textOf(38, 0.01), 'budget 62 % left, burn 0.38 (1m), 0.38 (5s), 30d gone in 79d')
    assert.is(textOf(910, 0.01), 'budget 0 % left, burn 9.1 (1m), 9.1 (5s): fast burn, 30d gone in 3.3d')
    assert.is(textOf(200, 0.01), 'budget 0 % left, burn 2 (1m), 2 (5s): slow burn, 30d gone in 15d')
  })

  test('takes the unit that fits', () => {
    assert.match(
      textOf(10_000, 0.001, 7_200_000),
      /burn 1,000 \(1h\), 1,000 \(5m\): fast burn, 30d gone in 43m/,
    )
    assert.match(textOf(10_000, 0.01, 900), /100 \(900ms\), 100 \(75ms\).* gone in 7.2h/)
  })

  test('never calls whole what was touched', () => {
    assert.match(textOf(1, 0.5), /^budget 99 % left/)
    assert.is(textOf(0, 0.5), '')
  })

  test('has a word for a budget of nothing, and none for no budget', () => {
    assert.is(textOf(3, 0), 'no bad request is allowed: 3 seen')
    assert.is(budgetText(null), '')
  })
})
