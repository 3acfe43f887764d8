/** The shop of the README's first scenario: a list, an item, a cart, a payment. */
import type { OperationClass } from './catalogue.ts'
import type { Reply, RouteCall } from './reply.ts'

const ITEM_COUNT = 90

/** A route of the shop, before its class gives it its components. */
export interface ShopRoute {
  readonly name: string
  readonly class: OperationClass
  readonly method: 'GET' | 'POST'
  readonly path: string
  answer(call: RouteCall): Reply
}

/** The four routes; cart ids count up from 1, so any cart handed out so far can be paid and none is kept. */
export function createShop(): readonly ShopRoute[] {
  const items = Array.from({ length: ITEM_COUNT }, (_, index) => itemOf(index + 1))
  let cartCount = 0
  return [
    {
      name: 'item-list',
      class: 'safe',
      method: 'GET',
      path: '/items',
      answer: () => ({ status: 200, value: { items } }),
    },
    {
      name: 'item-show',
      class: 'safe',
      method: 'GET',
      path: '/items/:id',
      answer: ({ parameter }) => found(numberUpTo(ITEM_COUNT, parameter), itemOf, `no item '${parameter}'`),
    },
    {
      name: 'cart-create',
      class: 'safe',
      method: 'POST',
      path: '/cart',
      answer: () => ({ status: 201, value: { id: ++cartCount } }),
    },
    {
      name: 'cart-pay',
      class: 'risky',
      method: 'POST',
      path: '/cart/:id/pay',
      answer: ({ parameter, id }) =>
        found(
          numberUpTo(cartCount, parameter),
          (cart) => ({ cart, paid: true, receipt: id }),
          `no cart '${parameter}'`,
        ),
    },
  ]
}

function itemOf(id: number): Readonly<Record<string, unknown>> {
  return { id, name: `Item ${id}`, priceCents: 500 + 35 * id }
}

function numberUpTo(highest: number, text: string): number | null {
  const number = /^[1-9]\d*$/.test(text) ? Number(text) : 0
  return number >= 1 && number <= highest ? number : null
}

function found(number: number | null, valueAt: (number: number) => unknown, missing: string): Reply {
  return number === null
    ? { status: 404, value: { error: missing } }
    : { status: 200, value: valueAt(number) }
}
