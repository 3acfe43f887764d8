/** Assigns exchanges to connections. An exchange without one waits, first come first served, which shows as start delay. */
import type { Clock } from '../base/clock.ts'
import type { Exchange } from '../ports/target.ts'
import { Fifo } from './fifo.ts'

/** A place that carries out one exchange at a time over a connection. */
export interface Carrier {
  readonly slot: number
  readonly exchange: Exchange | null
  /** Carries an exchange out. Only when free. */
  begin(exchange: Exchange): void
}

export interface ConnectionPool<Place extends Carrier = Carrier> {
  /** Begins the exchange, or lets it wait. */
  start(exchange: Exchange): void
  /** A connection has become free. @param isOpen false: one that has to connect first may be used last */
  release(connection: Place, isOpen?: boolean): void
  /** The connection that carries the exchange; null when it waits or is over. */
  carrierOf(exchange: Exchange): Place | null
  /** Takes a waiting exchange out; false when it does not wait. */
  withdraw(exchange: Exchange): boolean
  /** Takes all of them out. */
  withdrawAll(): Exchange[]
  readonly waitingCount: number
  /** The connection of a slot; undefined when it was not made yet. */
  at(slot: number): Place | undefined
  /** All that were made so far. */
  [Symbol.iterator](): Iterator<Place>
}

/** Makes the connection of a slot. */
export type MakeConnection<Place extends Carrier> = (slot: number) => Place

/** The connections of an agent beside its first, once it did several things at once. */
interface Beside<Place extends Carrier> {
  readonly connections: Place[]
  /** Those of them without an exchange. The one used last is used next, so that idle ones may close. */
  readonly idle: Place[]
  readonly waiting: Fifo<Exchange>
}

export interface OwnConnectionsOptions {
  /** The number of agents: slots below are first connections, those from there on further ones. */
  readonly agents: number
  /** The maximum number of connections of one agent. */
  readonly connectionsPerAgent: number
  readonly clock: Clock
}

/**
 * Connections of each agent, as a browser has them: one, and further ones up to a limit while it does several things at once. An
 * agent that does one thing after the other costs nothing for those.
 */
export class OwnConnections<Place extends Carrier> implements ConnectionPool<Place> {
  readonly #options: OwnConnectionsOptions
  readonly #make: MakeConnection<Place>
  readonly #first: (Place | undefined)[] = []
  readonly #further: Place[] = []
  /** The agents of the further ones, by place. */
  readonly #agentOf: number[] = []
  readonly #beside = new Map<number, Beside<Place>>()
  #waitingCount = 0

  constructor(make: MakeConnection<Place>, options: OwnConnectionsOptions) {
    this.#make = make
    this.#options = options
  }

  get waitingCount(): number {
    return this.#waitingCount
  }

  at(slot: number): Place | undefined {
    const place = slot - this.#options.agents
    return place < 0 ? this.#first[slot] : this.#further[place]
  }

  *[Symbol.iterator](): Generator<Place> {
    for (const connection of this.#first) if (connection !== undefined) yield connection
    yield* this.#further
  }

  start(exchange: Exchange): void {
    const { agent } = exchange
    const first = this.#first[agent] ?? this.#make(agent)
    this.#first[agent] = first
    if (first.exchange === null) first.begin(exchange)
    else this.#startBeside(exchange)
  }

  release(connection: Place): void {
    const place = connection.slot - this.#options.agents
    if (place < 0 && this.#waitingCount === 0) return
    const beside = this.#beside.get(place < 0 ? connection.slot : (this.#agentOf[place] as number))
    const next = beside?.waiting.shift()
    if (next !== undefined) {
      this.#endWait(next)
      connection.begin(next)
    } else if (place >= 0) beside?.idle.push(connection)
  }

  carrierOf(exchange: Exchange): Place | null {
    const first = this.#first[exchange.agent]
    if (first?.exchange === exchange) return first
    const beside = this.#beside.get(exchange.agent)
    return beside?.connections.find((connection) => connection.exchange === exchange) ?? null
  }

  withdraw(exchange: Exchange): boolean {
    const waited = this.#beside.get(exchange.agent)?.waiting.remove(exchange) ?? false
    if (waited) this.#endWait(exchange)
    return waited
  }

  withdrawAll(): Exchange[] {
    const all = [...this.#beside.values()].flatMap(({ waiting }) => waiting.takeAll())
    for (const exchange of all) this.#endWait(exchange)
    return all
  }

  #startBeside(exchange: Exchange): void {
    const { agent } = exchange
    const beside = this.#beside.get(agent) ?? { connections: [], idle: [], waiting: new Fifo() }
    this.#beside.set(agent, beside)
    const connection = beside.idle.pop() ?? this.#another(agent, beside)
    if (connection !== null) return connection.begin(exchange)
    beside.waiting.push(exchange)
    this.#waitingCount++
    exchange.ownWaitMs -= this.#options.clock.nowMs()
  }

  #another(agent: number, { connections }: Beside<Place>): Place | null {
    const { agents, connectionsPerAgent } = this.#options
    if (connections.length + 1 >= connectionsPerAgent) return null
    const made = this.#make(agents + this.#further.length)
    this.#further.push(made)
    this.#agentOf.push(agent)
    connections.push(made)
    return made
  }

  #endWait(exchange: Exchange): void {
    this.#waitingCount--
    exchange.ownWaitMs += this.#options.clock.nowMs()
  }
}

/** A bounded number for all agents. The one used last is used next, so that idle ones may close. */
export class SharedConnections<Place extends Carrier> implements ConnectionPool<Place> {
  /** Made so far; their slots are their places. */
  readonly #connections: Place[] = []
  readonly #free: Place[] = []
  readonly #waiting = new Fifo<Exchange>()
  readonly #make: MakeConnection<Place>
  readonly #limit: number

  constructor(make: MakeConnection<Place>, limit: number) {
    this.#make = make
    this.#limit = limit
  }

  get waitingCount(): number {
    return this.#waiting.size
  }

  at(slot: number): Place | undefined {
    return this.#connections[slot]
  }

  [Symbol.iterator](): Iterator<Place> {
    return this.#connections.values()
  }

  start(exchange: Exchange): void {
    const connection = this.#free.pop() ?? this.#another()
    if (connection === null) this.#waiting.push(exchange)
    else connection.begin(exchange)
  }

  /** @param isOpen false: one that has to connect first is used last */
  release(connection: Place, isOpen = true): void {
    const next = this.#waiting.shift()
    if (next !== undefined) connection.begin(next)
    else if (isOpen) this.#free.push(connection)
    else this.#free.unshift(connection)
  }

  /** Makes all that there may be, all of them free. */
  fill(): void {
    for (let made = this.#another(); made !== null; made = this.#another()) this.#free.push(made)
  }

  carrierOf(exchange: Exchange): Place | null {
    return this.#connections.find((connection) => connection.exchange === exchange) ?? null
  }

  withdraw(exchange: Exchange): boolean {
    return this.#waiting.remove(exchange)
  }

  withdrawAll(): Exchange[] {
    return this.#waiting.takeAll()
  }

  #another(): Place | null {
    if (this.#connections.length >= this.#limit) return null
    const made = this.#make(this.#connections.length)
    this.#connections.push(made)
    return made
  }
}
