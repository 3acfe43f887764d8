import * as assert from 'uvu/assert'
import { Template } from '../../harness/base/template.ts'
import { count } from '../../harness/expectations/count.ts'
import { noStatus } from '../../harness/targets/no-status.ts'
import { anExchange } from '../kit/exchanges.ts'
import { describe } from '../kit/suite.ts'

const missOf = (value: unknown, items: number) =>
  count.compile(value, { status: noStatus, template: Template.parse })(anExchange({ items }))

describe('expect: count', (test) => {
  test('takes exactly a number', () => {
    assert.is(missOf(3, 3), null)
    assert.is(missOf(3, 2), 'count 2, expected 3')
  })

  test('takes a range, open at either end', () => {
    assert.equal(
      [missOf({ min: 1 }, 5), missOf({ max: 5 }, 0), missOf({ min: 1, max: 5 }, 5)],
      [null, null, null],
    )
    assert.is(missOf({ min: 1 }, 0), 'count 0, expected at least 1')
    assert.is(missOf({ max: 5 }, 6), 'count 6, expected at most 5')
    assert.is(missOf({ min: 1, max: 5 }, 6), 'count 6, expected 1 to 5')
  })

  test('refuses what is no number of things', () => {
    for (const wrong of [-1, 1.5, '1', { min: 1, most: 2 }])
      assert.not.ok(count.schema.safeParse(wrong).success)
  })
})
