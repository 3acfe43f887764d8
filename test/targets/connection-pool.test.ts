import * as assert from 'uvu/assert'
import { anExchange } from '../../harness/contract/driven-exchange.ts'
import type { Exchange } from '../../harness/ports/target.ts'
import {
  type ConnectionPool,
  OwnConnections,
  SharedConnections,
} from '../../harness/targets/connection-pool.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

/** Stands in for a connection: carries what it is given until it is let go. */
class FakeConnection {
  readonly slot: number
  exchange: Exchange | null = null

  constructor(slot: number) {
    this.slot = slot
  }

  begin(exchange: Exchange): void {
    assert.is(this.exchange, null, 'two exchanges on one connection')
    this.exchange = exchange
  }
}

const make = (slot: number) => new FakeConnection(slot)

function finish(pool: ConnectionPool<FakeConnection>, exchange: Exchange): void {
  const connection = pool.carrierOf(exchange) as FakeConnection
  connection.exchange = null
  pool.release(connection)
}

const started = (pool: ConnectionPool<FakeConnection>, ...agents: readonly number[]) =>
  agents.map((agent) => {
    const exchange = anExchange(null, { agent })
    pool.start(exchange)
    return exchange
  })

const slotOf = (pool: ConnectionPool<FakeConnection>, exchange: Exchange | undefined) =>
  (exchange && pool.carrierOf(exchange)?.slot) ?? null

/** Connections of up to 10 agents. */
const ownConnections = (connectionsPerAgent: number, clock = new VirtualClock()) =>
  new OwnConnections(make, { agents: 10, connectionsPerAgent, clock })
const countOf = (pool: ConnectionPool) => [...pool].length

describe('OwnConnections', (test) => {
  test('gives each agent its own, made when first needed', () => {
    const pool = ownConnections(6)
    const exchanges = started(pool, 5, 2)

    assert.equal(
      exchanges.map((exchange) => slotOf(pool, exchange)),
      [5, 2],
    )
    assert.is(countOf(pool), 2)
  })

  test('lets an agent that does one thing after the other keep one', () => {
    const pool = ownConnections(6)
    for (let i = 0; i < 3; i++) {
      const [exchange] = started(pool, 4)
      assert.is(slotOf(pool, exchange), 4)
      finish(pool, exchange as Exchange)
    }

    assert.is(countOf(pool), 1)
  })

  test('opens further ones for what an agent does at once, beyond the slots of all agents', () => {
    const pool = ownConnections(3)
    const exchanges = started(pool, 1, 1, 2, 2, 1)

    assert.equal(
      exchanges.map((exchange) => slotOf(pool, exchange)),
      [1, 10, 2, 11, 12],
    )
    assert.equal(
      [1, 10, 12, 13].map((slot) => pool.at(slot)?.slot),
      [1, 10, 12, undefined],
    )
  })

  test('uses one that is free before it opens another, the first of all', () => {
    const pool = ownConnections(4)
    const [first, second, third] = started(pool, 1, 1, 1)
    for (const exchange of [second, third, first]) finish(pool, exchange as Exchange)

    assert.equal(
      started(pool, 1, 1, 1).map((exchange) => slotOf(pool, exchange)),
      [1, 11, 10],
    )
    assert.is(countOf(pool), 3)
  })

  test('lets what goes beyond the limit wait for the agent itself only, first come first served', () => {
    const pool = ownConnections(2)
    const [first, second, third, fourth, other] = started(pool, 1, 1, 1, 1, 2)
    assert.equal(
      [first, second, third, fourth, other].map((exchange) => slotOf(pool, exchange)),
      [1, 10, null, null, 2],
    )
    assert.is(pool.waitingCount, 2)

    finish(pool, other as Exchange)
    assert.is(pool.waitingCount, 2)
    finish(pool, second as Exchange)
    assert.equal(
      [third, fourth].map((exchange) => slotOf(pool, exchange)),
      [10, null],
    )
    finish(pool, first as Exchange)
    assert.is(slotOf(pool, fourth), 1)
    assert.is(pool.waitingCount, 0)
  })

  test('tells how long each waited, whatever ended the wait', () => {
    const clock = new VirtualClock(1_000)
    const pool = ownConnections(1, clock)
    const exchanges = started(pool, 1, 1, 1, 1)
    clock.freeze(40)
    finish(pool, exchanges[0] as Exchange)
    clock.freeze(20)
    pool.withdraw(exchanges[2] as Exchange)
    clock.freeze(5)
    pool.withdrawAll()

    assert.equal(
      exchanges.map(({ ownWaitMs }) => ownWaitMs),
      [0, 40, 60, 65],
    )
  })

  test('lets the waiting be withdrawn, one or all', () => {
    const pool = ownConnections(1)
    const [first, second, third, fourth] = started(pool, 1, 1, 1, 2)

    assert.equal(
      [second, second, first].map((exchange) => pool.withdraw(exchange as Exchange)),
      [true, false, false],
    )
    assert.equal(pool.withdrawAll(), [third])
    assert.is(pool.waitingCount, 0)
    assert.is(slotOf(pool, fourth), 2)
  })
})

describe('SharedConnections', (test) => {
  test('never makes more than it may, and serves who waits in order', () => {
    const pool = new SharedConnections(make, 2)
    const exchanges = started(pool, 0, 1, 2, 3)
    assert.equal(
      exchanges.map((exchange) => slotOf(pool, exchange)),
      [0, 1, null, null],
    )
    assert.is(pool.waitingCount, 2)

    finish(pool, exchanges[1] as Exchange)
    assert.equal(
      exchanges.slice(2).map((exchange) => slotOf(pool, exchange)),
      [1, null],
    )
    assert.is(countOf(pool), 2)
  })

  test('uses the connection that was used last', () => {
    const pool = new SharedConnections(make, 3)
    const [first, second, third] = started(pool, 0, 1, 2)
    for (const exchange of [third, first, second]) finish(pool, exchange as Exchange)

    assert.is(slotOf(pool, started(pool, 9)[0]), 1)
  })

  test('lets the waiting be withdrawn, one or all', () => {
    const pool = new SharedConnections(make, 1)
    const [, second, third] = started(pool, 0, 1, 2)

    assert.is(pool.withdraw(second as Exchange), true)
    assert.equal(pool.withdrawAll(), [third])
    assert.is(pool.waitingCount, 0)
  })
})
