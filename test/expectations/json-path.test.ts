import * as assert from 'uvu/assert'
import { valueAtPath } from '../../harness/expectations/json-path.ts'
import { describe } from '../kit/suite.ts'

const document = { cart: { id: 7, lines: [{ sku: 'a' }, { sku: 'b' }] }, none: null }

describe('valueAtPath', (test) => {
  test('goes through objects and lists', () => {
    assert.is(valueAtPath(document, 'cart.id'), 7)
    assert.is(valueAtPath(document, 'cart.lines[1].sku'), 'b')
    assert.is(valueAtPath([[1, 2]], '[0][1]'), 2)
    assert.is(valueAtPath(document, 'none'), null)
  })

  test('gives the whole document for an empty path', () => {
    assert.is(valueAtPath(document, ''), document)
  })

  test('gives undefined when any part is missing', () => {
    for (const path of ['cart.total', 'cart.lines[2].sku', 'cart.id.deeper', 'none.deeper', 'what'])
      assert.is(valueAtPath(document, path), undefined, path)
    assert.is(valueAtPath('text', 'length'), undefined)
  })

  test('sees only what the document says, not what JavaScript adds', () => {
    assert.is(valueAtPath(document, 'constructor.name'), undefined)
    assert.is(valueAtPath(document, 'cart.toString'), undefined)
  })
})
