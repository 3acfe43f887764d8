import * as assert from 'uvu/assert'
import type { Feeder, Row } from '../../harness/engine/feeder.ts'
import { CallScope, TemplateCalls } from '../../harness/engine/template-calls.ts'
import { VariableStore } from '../../harness/engine/variables.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

const rowsOf = (...rows: Row[]): Feeder => ({ take: () => rows.shift() ?? null })

function createStore(feeders: Record<string, Feeder> = {}, needed = true) {
  return new VariableStore(new Map(Object.entries(feeders)), { TOKEN: 's3cret' }, needed)
}

describe('VariableStore', (test) => {
  test('knows secrets, the agent, and nothing else before anything happened', () => {
    const store = createStore()
    store.beginIteration(2, 77, 4)

    assert.equal(
      ['secret.TOKEN', 'agent.id', 'agent.iteration', 'secret.OTHER', 'cart'].map((name) =>
        store.get(2, name),
      ),
      ['s3cret', '77', '4', undefined, undefined],
    )
  })

  test('keeps extracted values of each agent apart, over iterations, until the session ends', () => {
    const store = createStore()
    store.beginIteration(0, 0, 0)
    store.set(0, 'cart.id', '5')
    store.beginIteration(0, 0, 1)

    assert.equal([store.get(0, 'cart.id'), store.get(1, 'cart.id')], ['5', undefined])
    store.endSession(0)
    assert.is(store.get(0, 'cart.id'), undefined)
  })

  test('shares the values of steps with code, until the session ends', () => {
    const store = createStore()
    const vars = store.values(3)
    vars['token'] = 'abc'
    store.set(3, 'cart', '5')

    assert.equal([store.get(3, 'token'), vars['cart'], store.get(4, 'token')], ['abc', '5', undefined])
    store.set(3, 'cart', undefined)
    assert.not.ok('cart' in vars)
    store.endSession(3)
    assert.equal([store.get(3, 'token'), { ...store.values(3) }], [undefined, {}])
  })

  test('reads what code sets as text, where it has one', () => {
    const store = createStore()
    Object.assign(store.values(0), { count: 7, big: 12n, isNew: true, cart: { id: 1 }, none: null })

    assert.equal(
      ['count', 'big', 'isNew', 'cart', 'none', 'toString'].map((name) => store.get(0, name)),
      ['7', '12', 'true', undefined, undefined, undefined],
    )
  })

  test('gives an iteration its row of each feeder, and the next one another', () => {
    const store = createStore({ users: rowsOf({ name: 'anna' }, { name: 'ben' }) })
    store.beginIteration(0, 0, 0)
    assert.is(store.get(0, 'users.name'), 'anna')
    store.beginIteration(0, 0, 1)
    assert.is(store.get(0, 'users.name'), 'ben')
    assert.equal(store.rows(0), { users: { name: 'ben' } })
    assert.is(store.get(0, 'users.age'), undefined)
  })

  test('says when a feeder is dry', () => {
    const store = createStore({ users: rowsOf({ name: 'anna' }) })

    assert.equal([store.beginIteration(0, 0, 0), store.beginIteration(0, 0, 1)], [true, false])
  })

  test('fills in what a row refers to, and leaves in place what nobody knows', () => {
    const store = createStore({
      users: rowsOf({ path: '/u/{{agent.id}}?t={{ secret.TOKEN }}&x={{nothing}}' }),
    })
    store.beginIteration(0, 9, 0)

    assert.is(store.get(0, 'users.path'), '/u/9?t=s3cret&x={{nothing}}')
  })

  test('draws a call of a request anew for each request, and one of a row once an iteration', () => {
    const row = { id: '{{uuid()}}', both: '{{randomInteger(1, 1000)}}-{{randomInteger(1, 1000)}}' }
    const store = new VariableStore(
      new Map([['order', rowsOf(row, row)]]),
      {},
      true,
      new TemplateCalls({ seed: 1, clock: new VirtualClock(0), counters: [], counted: new Uint32Array(0) }),
    )
    const scopeAt = (number: number) => {
      const scope = new CallScope()
      scope.begin(number)
      return scope
    }
    const [first, second] = [scopeAt(1), scopeAt(2)]

    store.beginIteration(0, 5, 0)
    const id = store.get(0, 'order.id', first)
    assert.is(store.get(0, 'order.id', second), id)
    assert.equal(store.rows(0)['order']?.['id'], id)
    assert.not.equal(store.get(0, 'uuid()#a', first), store.get(0, 'uuid()#a', second))
    const [one, other] = store.get(0, 'order.both', first)?.split('-') ?? []
    assert.not.equal(one, other)
    store.beginIteration(0, 5, 1)
    assert.not.equal(store.get(0, 'order.id', second), id)
  })

  test('keeps nothing when no step needs a variable', () => {
    const store = createStore({}, false)

    assert.ok(store.beginIteration(0, 9, 0))
    assert.is(store.get(0, 'agent.id'), undefined)
    assert.equal(store.rows(0), {})
  })
})
