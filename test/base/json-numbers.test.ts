import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { parseJsonNumbers, textOfJson } from '../../harness/base/json-numbers.ts'
import { describe } from '../kit/suite.ts'

describe('parseJsonNumbers', (test) => {
  test('keeps the digits of every number', () => {
    for (const number of [
      '12345678901234567890',
      '1.10',
      '1e3',
      '-0',
      '0.10000000000000000001',
      '42',
      '-1.5',
    ])
      assert.is(textOfJson((parseJsonNumbers(`{"a":${number}}`) as { a: unknown }).a), number)
  })

  test('gives ordinary documents as JSON.parse does, the last of two equal keys included', () => {
    assert.equal(parseJsonNumbers('{"a":1,"a":[true,null,"x"]}'), { a: [true, null, 'x'] })
    assert.is(textOfJson(parseJsonNumbers('{"a":1.10,"a":2}')), '{"a":2}')
    assert.throws(() => parseJsonNumbers('{"a":1e}'), SyntaxError)
  })

  test('loses no number of any document', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.bigInt(), fc.nat(99))), (numbers) => {
        const text = JSON.stringify(numbers.map(([whole, rest]) => `${whole}.${rest}`)).replaceAll('"', '')
        assert.is(textOfJson(parseJsonNumbers(text)), text)
      }),
    )
  })
})
