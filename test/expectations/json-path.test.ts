import * as assert from 'uvu/assert'
import { compileJsonPath } from '../../harness/expectations/json-path.ts'
import { describe } from '../kit/suite.ts'

const document = {
  cart: { id: 7, lines: [{ sku: 'a' }, { sku: 'b' }], 'b.c': 'dot', "it's": 'quote' },
  none: null,
}
const valueAt = (path: string, inside: unknown = document) => compileJsonPath(path)(inside)

describe('compileJsonPath', (test) => {
  test('goes through objects and lists', () => {
    assert.is(valueAt('cart.id'), 7)
    assert.is(valueAt('cart.lines[1].sku'), 'b')
    assert.is(valueAt('[0][1]', [[1, 2]]), 2)
    assert.is(valueAt('none'), null)
  })

  test('reads the forms of JSONPath that name one value', () => {
    assert.is(valueAt('$.cart.id'), 7)
    assert.is(valueAt('$["cart"]["b.c"]'), 'dot')
    assert.is(valueAt("cart['b.c']"), 'dot')
    assert.is(valueAt("cart['it\\'s']"), 'quote')
    assert.is(valueAt('cart.lines[-1].sku'), 'b')
    assert.is(valueAt('$[0]', ['first']), 'first')
  })

  test('takes a name that begins with a dollar for a name', () => {
    assert.is(valueAt('$ref.x', { $ref: { x: 1 } }), 1)
  })

  test('gives the whole document for an empty path', () => {
    assert.is(valueAt(''), document)
    assert.is(valueAt('$'), document)
  })

  test('gives undefined when any part is missing', () => {
    for (const path of ['cart.total', 'cart.lines[2].sku', 'cart.lines[-3]', 'cart.id.deeper', 'none.deeper'])
      assert.is(valueAt(path), undefined, path)
    assert.is(valueAt('length', 'text'), undefined)
  })

  test('sees only what the document says, not what JavaScript adds', () => {
    assert.is(valueAt('constructor.name'), undefined)
    assert.is(valueAt('cart.toString'), undefined)
  })

  test('refuses what names more than one value, or nothing that could be read', () => {
    for (const path of ['items[*].id', 'items.*', '$..id', 'a[?(@.b)]', 'a[1:2]', 'a[', 'a["b]', 'a..b'])
      assert.throws(() => compileJsonPath(path), /cannot be read from/, path)
  })
})
