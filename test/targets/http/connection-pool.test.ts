import * as assert from 'uvu/assert'
import type { Exchange } from '../../../harness/ports/target.ts'
import type { Connection } from '../../../harness/targets/http/connection.ts'
import {
  type ConnectionPool,
  OwnConnections,
  SharedConnections,
} from '../../../harness/targets/http/connection-pool.ts'
import { anExchange } from '../../kit/drive.ts'
import { describe } from '../../kit/suite.ts'

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

const make = (slot: number) => new FakeConnection(slot) as unknown as Connection

function finish(pool: ConnectionPool, exchange: Exchange): void {
  const connection = pool.carrierOf(exchange) as unknown as FakeConnection
  connection.exchange = null
  pool.release(connection as unknown as Connection)
}

const started = (pool: ConnectionPool, ...agents: readonly number[]) =>
  agents.map((agent) => {
    const exchange = anExchange(null, { agent })
    pool.start(exchange)
    return exchange
  })

const slotOf = (pool: ConnectionPool, exchange: Exchange | undefined) =>
  (exchange && pool.carrierOf(exchange)?.slot) ?? null

describe('OwnConnections', (test) => {
  test('gives each agent its own, made when first needed', () => {
    const pool = new OwnConnections(make)
    const exchanges = started(pool, 5, 2)

    assert.equal(
      exchanges.map((exchange) => slotOf(pool, exchange)),
      [5, 2],
    )
    assert.is(pool.connections.filter((connection) => connection !== undefined).length, 2)
  })

  test('lets an agent that does several things at once wait for itself only', () => {
    const pool = new OwnConnections(make)
    const [first, second, third, other] = started(pool, 1, 1, 1, 2)
    assert.equal(
      [first, second, third, other].map((exchange) => slotOf(pool, exchange)),
      [1, null, null, 2],
    )
    assert.is(pool.waitingCount, 2)

    finish(pool, first as Exchange)
    assert.equal(
      [second, third].map((exchange) => slotOf(pool, exchange)),
      [1, null],
    )
    finish(pool, second as Exchange)
    assert.is(slotOf(pool, third), 1)
    assert.is(pool.waitingCount, 0)
  })

  test('lets the waiting be withdrawn, one or all', () => {
    const pool = new OwnConnections(make)
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
    assert.is(pool.connections.length, 2)
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
