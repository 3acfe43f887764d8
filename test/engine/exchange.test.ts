import * as assert from 'uvu/assert'
import { ExchangeAnswer, PooledExchange } from '../../harness/engine/exchange.ts'
import { ExchangePool } from '../../harness/engine/exchange-pool.ts'
import { ERROR_KIND_INDEX } from '../../harness/model/outcome.ts'
import { aRequest } from '../kit/engine-rig.ts'
import { ScriptedTarget } from '../kit/scripted-target.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

const request = aRequest(new ScriptedTarget(new VirtualClock(), [{ delayMs: 1 }]))

function createPool() {
  let made = 0
  const pool = new ExchangePool(() => {
    made++
    return new PooledExchange(
      () => undefined,
      (agent, name) => `${name} of ${agent}`,
      (agent) => 100 + agent,
    )
  })
  return { pool, made: () => made }
}

describe('ExchangePool', (test) => {
  test('makes as many exchanges as were ever in flight at once', () => {
    const { pool, made } = createPool()
    for (let round = 0; round < 5; round++) {
      const taken = [pool.take(), pool.take(), pool.take()]
      for (const exchange of taken) pool.release(exchange)
    }
    assert.equal([made(), pool.inFlightCount], [3, 0])
  })

  test('knows who is in flight, in whatever order they come back', () => {
    const { pool } = createPool()
    const [a, b, c, d] = [pool.take(), pool.take(), pool.take(), pool.take()]
    pool.release(b)
    pool.release(d)
    assert.equal(new Set(pool.inFlight), new Set([a, c]))
    pool.release(a)
    assert.equal(pool.inFlight, [c])
    pool.release(c)
    assert.is(pool.inFlightCount, 0)
  })

  test('does not keep the answer of a request that is over', () => {
    const { pool } = createPool()
    const exchange = pool.take()
    exchange.body = Buffer.from('secret')
    exchange.header = () => 'secret'
    pool.release(exchange)

    assert.equal([exchange.body, exchange.header], [null, null])
  })
})

describe('PooledExchange', (test) => {
  test('counts its service time as that of the component it asks, unless the answer told that time', () => {
    const exchange = createPool().pool.take()
    Object.assign(exchange, { sentMs: 10, doneMs: 35 })
    exchange.addComponent('db', 4)
    exchange.timeAs('policy')
    exchange.timeAs('db')

    assert.is(exchange.componentCount, 2)
    assert.equal(
      [exchange.componentNames, exchange.componentMs],
      [
        ['db', 'policy'],
        [4, 25],
      ],
    )
  })

  test('begins fresh, whatever the request before left in it', () => {
    const exchange = createPool().pool.take()
    const fresh = { ...exchange }
    exchange.connectMs = 7
    exchange.sentMs = exchange.firstByteMs = exchange.doneMs = exchange.status = exchange.traceNumber = 7
    exchange.bytesSent = exchange.bytesReceived = exchange.outcome = exchange.errorKind = 7
    exchange.errorText = 'old'
    exchange.addComponent('policy', 5)
    exchange.lend(3, request)

    for (const key of [
      'connectMs',
      'sentMs',
      'firstByteMs',
      'doneMs',
      'status',
      'traceNumber',
      'outcome',
      'errorKind',
      'errorText',
    ] as const)
      assert.is(exchange[key], fresh[key], key)
    assert.equal([exchange.bytesSent, exchange.bytesReceived, exchange.componentCount], [0, 0, 0])
    assert.equal(
      [exchange.agent, exchange.request, exchange.timeouts],
      [3, request.request, request.timeouts],
    )
  })

  test('looks variables up for its own agent', () => {
    const exchange = createPool().pool.take()
    exchange.lend(3, request)

    assert.is(exchange.variables('id'), 'id of 3')
  })

  test('knows who its agent is', () => {
    const exchange = createPool().pool.take()
    exchange.lend(3, request)

    assert.is(exchange.agentId, 103)
  })
})

describe('new ExchangeAnswer', (test) => {
  test('outlives the exchange it was taken from', () => {
    const { pool } = createPool()
    const exchange = pool.take()
    exchange.lend(0, request)
    exchange.status = 201
    exchange.body = Buffer.from('{"id":5}')
    exchange.header = (name) => (name === 'location' ? '/items/5' : undefined)
    const answer = new ExchangeAnswer(exchange)
    pool.release(exchange)
    exchange.lend(1, request)

    assert.equal([answer.ok, answer.status, answer.errorKind], [true, 201, 'none'])
    assert.equal([answer.text(), answer.json()], ['{"id":5}', { id: 5 }])
    assert.equal([answer.header('location'), answer.header('etag')], ['/items/5', undefined])
  })

  test('is not ok when there was no answer or a bad one, and says why', () => {
    const exchange = createPool().pool.take()
    exchange.lend(0, request)
    exchange.errorKind = ERROR_KIND_INDEX.refused
    exchange.errorText = 'connect ECONNREFUSED'
    const answer = new ExchangeAnswer(exchange)

    assert.equal([answer.ok, answer.errorKind, answer.errorText], [false, 'refused', 'connect ECONNREFUSED'])
    assert.is(answer.text(), '')
    assert.throws(
      () => answer.json(),
      (error: unknown) => error instanceof SyntaxError,
    )
  })
})
