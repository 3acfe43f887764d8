import * as assert from 'uvu/assert'
import { parseJson } from '../../harness/base/parse-json.ts'
import { describe } from '../kit/suite.ts'

const LONG = 100_000

describe('parseJson', (test) => {
  test('parses what is long or nested as documents are', () => {
    const shallow = JSON.stringify({ a: ['"[{\\'.repeat(LONG), { b: [[[]]] }] })

    assert.equal(parseJson(shallow), JSON.parse(shallow))
    assert.equal(
      parseJson(`[${'[],'.repeat(LONG)}[]]`),
      Array.from({ length: LONG + 1 }, () => []),
    )
    assert.ok(Array.isArray(parseJson('['.repeat(1500) + ']'.repeat(1500))))
  })

  test('refuses a long text of nothing but levels before it is parsed', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const)
      assert.throws(
        () => parseJson(open.repeat(LONG) + close.repeat(LONG)),
        (error: unknown) => error instanceof SyntaxError && /more than 1000 levels/.test(error.message),
      )
  })

  test('says of a text that ends in a string that it is no JSON', () => {
    assert.throws(() => parseJson(`["${'x'.repeat(LONG)}\\`), SyntaxError)
  })
})
