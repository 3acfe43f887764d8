import * as assert from 'uvu/assert'
import { compileCase, compileCondition } from '../../harness/expectations/condition.ts'
import type { ConditionPlan } from '../../harness/model/plan/condition-schema.ts'
import { conditionText } from '../../harness/text/condition-text.ts'
import { describe } from '../kit/suite.ts'

const VARIABLES: Readonly<Record<string, string>> = {
  status: 'paid',
  wanted: 'paid',
  tries: '3',
  price: '3.0',
  empty: '',
}
const holds = (condition: ConditionPlan) => compileCondition(condition)((name) => VARIABLES[name])

describe('A condition on a variable', (test) => {
  test('compares text with text, and numbers with numbers', () => {
    assert.ok(holds({ variable: 'status', equals: 'paid' }))
    assert.not(holds({ variable: 'status', equals: 'Paid' }))
    assert.ok(holds({ variable: 'price', equals: 3 }))
    assert.not(holds({ variable: 'price', equals: '3' }))
    assert.ok(holds({ variable: 'status', equals: '{{wanted}}' }))
    assert.not(holds({ variable: 'status', equals: '{{gone}}' }))
    assert.ok(holds({ variable: 'status', in: ['open', 'paid'] }))
    assert.ok(holds({ variable: 'tries', in: [1, 3] }))
    assert.not(holds({ variable: 'tries', in: [1, 2] }))
    assert.ok(holds({ variable: 'status', matches: '^p.*d$' }))
  })

  test('has bounds, of which all have to hold', () => {
    assert.ok(holds({ variable: 'tries', above: 2, below: 4 }))
    assert.not(holds({ variable: 'tries', above: 3 }))
    assert.not(holds({ variable: 'tries', above: 2, below: 3 }))
    for (const variable of ['status', 'empty', 'gone'])
      assert.not(holds({ variable, above: -1 }) || holds({ variable, below: 1 }), variable)
  })

  test('has an answer for what is not set', () => {
    assert.ok(holds({ variable: 'gone', exists: false }))
    assert.ok(holds({ variable: 'empty', exists: true }))
    assert.not(holds({ variable: 'gone', exists: true }))
    assert.not(holds({ variable: 'gone', equals: '' }))
    assert.not(holds({ variable: 'gone', matches: '' }))
    assert.not(compileCase('gone', '')(() => undefined))
  })

  test('is joined by not, all and any', () => {
    const paid: ConditionPlan = { variable: 'status', equals: 'paid' }
    const late: ConditionPlan = { variable: 'tries', above: 5 }
    assert.equal([holds({ not: paid }), holds({ not: late })], [false, true])
    assert.equal([holds({ all: [paid, late] }), holds({ any: [late, paid] })], [false, true])
  })

  test('reads as a sentence', () => {
    const paid: ConditionPlan = { variable: 'status', in: ['paid', 'sent'] }
    assert.is(
      conditionText({ all: [{ not: paid }, { variable: 'tries', above: 1, below: 4 }] }),
      '(not (status in "paid", "sent")) and tries above 1 and tries below 4',
    )
    assert.is(conditionText({ variable: 'cart', exists: false }), 'cart is not set')
  })
})
