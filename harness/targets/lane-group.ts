/** The lanes of a driver: one or more an agent, or a number that all agents share. */
import type { Clock } from '../base/clock.ts'
import { HarnessError } from '../base/errors.ts'
import { putError } from '../ports/exchange-error.ts'
import type { Exchange } from '../ports/target.ts'
import { OwnConnections, SharedConnections } from './connection-pool.ts'
import { Deadlines } from './deadlines.ts'
import { type Failure, TLS_HINT } from './failure.ts'
import type { OpenSession } from './session.ts'
import { SessionLane } from './session-lane.ts'

export interface LaneGroupOptions {
  readonly clock: Clock
  readonly agents: number
  readonly connectionsPerAgent: number
  /** The number that all agents share; null = each has its own. */
  readonly connections: number | null
  readonly open: OpenSession
  /** Called before an exchange that was carried out settles. */
  readonly ended: (exchange: Exchange) => void
  readonly onIdleLoss: (lane: SessionLane, failure: Failure) => void
}

export class LaneGroup {
  readonly #clock: Clock
  readonly #deadlines: Deadlines
  readonly #pool: OwnConnections<SessionLane> | SharedConnections<SessionLane>

  constructor({ clock, connections, open, ended, onIdleLoss, ...agents }: LaneGroupOptions) {
    this.#clock = clock
    this.#deadlines = new Deadlines(clock, (slot) => this.#pool.at(slot)?.expire())
    const parts = {
      clock,
      deadlines: this.#deadlines,
      open,
      replaces: connections !== null,
      onIdleLoss,
      onFinished: (lane: SessionLane, exchange: Exchange) => {
        this.#pool.release(lane, lane.isOpen)
        ended(exchange)
        exchange.settle()
      },
    }
    const make = (slot: number) => new SessionLane(slot, parts)
    this.#pool =
      connections === null
        ? new OwnConnections(make, { ...agents, clock })
        : new SharedConnections(make, connections)
  }

  /** Opens the connections that agents share: no exchange pays for them. @throws HarnessError TARGET_UNREACHABLE */
  async ready(): Promise<void> {
    if (!(this.#pool instanceof SharedConnections)) return
    this.#pool.fill()
    const refused = await Promise.all([...this.#pool].map((lane) => lane.open()))
    const failed = refused.filter((entry) => entry !== null)
    const [first] = failed
    if (first === undefined) return
    throw new HarnessError(
      'TARGET_UNREACHABLE',
      `${failed.length} of ${refused.length} connections could not be opened: ${first.failure.kind}: ${first.message}`,
      {
        hint:
          first.failure.kind === 'tls'
            ? TLS_HINT
            : 'Start the server, raise its limit of connections, or give the target fewer of them.',
      },
    )
  }

  start(exchange: Exchange): void {
    this.#pool.start(exchange)
  }

  /** Returns false when it is not one of this group's. */
  abort(exchange: Exchange): boolean {
    const lane = this.#pool.carrierOf(exchange)
    if (lane !== null) lane.abort()
    else if (this.#pool.withdraw(exchange)) this.#settleUnsent(exchange)
    else return false
    return true
  }

  get waitingCount(): number {
    return this.#pool.waitingCount
  }

  get openCount(): number {
    let count = 0
    for (const lane of this.#pool) if (lane.isOpen) count++
    return count
  }

  async close(): Promise<void> {
    this.#deadlines.stop()
    for (const exchange of this.#pool.withdrawAll()) this.#settleUnsent(exchange)
    await Promise.all([...this.#pool].map((lane) => lane.close()))
  }

  #settleUnsent(exchange: Exchange): void {
    putError(exchange, 'aborted', 'aborted by the harness while it waited for a connection')
    exchange.doneMs = this.#clock.nowMs()
    this.#clock.soon(() => exchange.settle())
  }
}
