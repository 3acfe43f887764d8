/** Assigns exchanges to connections. An exchange without one waits, first come first served, which shows as start delay. */
import type { Exchange } from '../../ports/target.ts'
import { Fifo } from '../fifo.ts'
import type { Connection } from './connection.ts'

export interface ConnectionPool {
  /** Begins the exchange, or lets it wait. */
  start(exchange: Exchange): void
  /** A connection has become free. */
  release(connection: Connection): void
  /** The connection that carries the exchange; null when it waits or is over. */
  carrierOf(exchange: Exchange): Connection | null
  /** Takes a waiting exchange out; false when it does not wait. */
  withdraw(exchange: Exchange): boolean
  /** Takes all of them out. */
  withdrawAll(): Exchange[]
  readonly waitingCount: number
  /** Made so far; their slots are their places. */
  readonly connections: readonly (Connection | undefined)[]
}

/** Makes the connection of a slot. */
export type MakeConnection = (slot: number) => Connection

/** One connection an agent, as a user has. Only an agent that does several things at once ever waits. */
export class OwnConnections implements ConnectionPool {
  readonly connections: (Connection | undefined)[] = []
  readonly #waiting: (Fifo<Exchange> | undefined)[] = []
  readonly #make: MakeConnection
  #waitingCount = 0

  constructor(make: MakeConnection) {
    this.#make = make
  }

  get waitingCount(): number {
    return this.#waitingCount
  }

  start(exchange: Exchange): void {
    const { agent } = exchange
    const connection = this.connections[agent] ?? this.#make(agent)
    this.connections[agent] = connection
    if (connection.exchange === null) return connection.begin(exchange)
    const waiting = this.#waiting[agent] ?? new Fifo()
    this.#waiting[agent] = waiting
    waiting.push(exchange)
    this.#waitingCount++
  }

  release(connection: Connection): void {
    const next = this.#waiting[connection.slot]?.shift()
    if (next === undefined) return
    this.#waitingCount--
    connection.begin(next)
  }

  carrierOf(exchange: Exchange): Connection | null {
    const own = this.connections[exchange.agent]
    return own?.exchange === exchange ? own : null
  }

  withdraw(exchange: Exchange): boolean {
    const waited = this.#waiting[exchange.agent]?.remove(exchange) ?? false
    if (waited) this.#waitingCount--
    return waited
  }

  withdrawAll(): Exchange[] {
    this.#waitingCount = 0
    return this.#waiting.flatMap((waiting) => waiting?.takeAll() ?? [])
  }
}

/** A bounded number for all agents. The one used last is used next, so that idle ones may close. */
export class SharedConnections implements ConnectionPool {
  readonly connections: Connection[] = []
  readonly #free: Connection[] = []
  readonly #waiting = new Fifo<Exchange>()
  readonly #make: MakeConnection
  readonly #limit: number

  constructor(make: MakeConnection, limit: number) {
    this.#make = make
    this.#limit = limit
  }

  get waitingCount(): number {
    return this.#waiting.size
  }

  start(exchange: Exchange): void {
    const connection = this.#free.pop() ?? this.#another()
    if (connection === null) this.#waiting.push(exchange)
    else connection.begin(exchange)
  }

  release(connection: Connection): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free.push(connection)
    else connection.begin(next)
  }

  carrierOf(exchange: Exchange): Connection | null {
    return this.connections.find((connection) => connection.exchange === exchange) ?? null
  }

  withdraw(exchange: Exchange): boolean {
    return this.#waiting.remove(exchange)
  }

  withdrawAll(): Exchange[] {
    return this.#waiting.takeAll()
  }

  #another(): Connection | null {
    if (this.connections.length >= this.#limit) return null
    const made = this.#make(this.connections.length)
    this.connections.push(made)
    return made
  }
}
