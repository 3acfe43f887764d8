import * as assert from 'uvu/assert'
import { createShop, type ShopRoute } from '../../../harness/targets/sandbox/shop.ts'
import { describe } from '../../kit/suite.ts'

function routeOf(shop: readonly ShopRoute[], name: string): ShopRoute {
  return shop.find((route) => route.name === name)!
}

describe('the shop', (test) => {
  test('lists ninety items and shows each', () => {
    const shop = createShop()
    const list = routeOf(shop, 'item-list').answer({ id: '', parameter: '' }).value as { items: unknown[] }
    const item = routeOf(shop, 'item-show').answer({ id: '', parameter: '42' })

    assert.is(list.items.length, 90)
    assert.equal(item, { status: 200, value: list.items[41] })
  })

  test('has no other item', () => {
    const show = routeOf(createShop(), 'item-show')
    for (const parameter of ['0', '91', '-1', '1.5', 'x', '1e1'])
      assert.is(show.answer({ id: '', parameter }).status, 404, parameter)
  })

  test('takes payment for a cart it gave out, and for no other', () => {
    const shop = createShop()
    const cart = routeOf(shop, 'cart-create').answer({ id: '', parameter: '' })
    const pay = routeOf(shop, 'cart-pay')

    assert.equal(cart, { status: 201, value: { id: 1 } })
    assert.equal(pay.answer({ id: 'cart-pay-1', parameter: '1' }).status, 200)
    assert.equal(pay.answer({ id: 'cart-pay-2', parameter: '2' }).status, 404)
  })
})
