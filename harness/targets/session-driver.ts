/** A driver over the connections of a client library: all that is particular to the protocol is in its `SessionProtocol`. */
import { HarnessError, messageOf } from '../base/errors.ts'
import { UnsetVariable } from '../base/template.ts'
import type { DriverContext, DriverStats, Exchange, Perform, SentAs, TargetDriver } from '../ports/target.ts'
import type { ConsumerMembers } from './consumer-members.ts'
import type { Failure } from './failure.ts'
import { LaneGroup } from './lane-group.ts'
import type { OpenSession } from './session.ts'

/** A protocol whose requests are carried out one at a time over a connection. */
export interface SessionProtocol {
  compile(request: Readonly<Record<string, unknown>>, step: string): NamedWork
  readonly open: OpenSession
  /** True for work that holds its connection for as long as it pleases: it takes one of the agent's own. */
  isBlocking?(work: unknown): boolean
  /** Standing consumers; absent or null where nothing is consumed. */
  readonly consumers?: Pick<ConsumerMembers<unknown>, 'openCount' | 'open' | 'close'> | null
  /** Called when an exchange has ended, before it settles. */
  ended?(exchange: Exchange): void
  /** Describes the work of an exchange for people. */
  describe(exchange: Exchange): SentAs | null
  createClient(perform: Perform): object
}

/** A compiled request that knows the name of its step. */
export interface NamedWork {
  readonly step: string
}

export class SessionDriver implements TargetDriver {
  readonly #protocol: SessionProtocol
  readonly #context: DriverContext
  readonly #shared: LaneGroup
  /** For blocking work beside shared connections; made when there is some. */
  #blocking: LaneGroup | null = null
  /** The step that the driver was last asked for: a lost connection has none of its own. */
  #lastStep: string

  constructor(protocol: SessionProtocol, context: DriverContext) {
    this.#protocol = protocol
    this.#context = context
    this.#lastStep = context.place.target
    this.#shared = this.#group(context.connections)
  }

  compile(request: Readonly<Record<string, unknown>>, step: string): NamedWork {
    return this.#protocol.compile(request, step)
  }

  async ready(): Promise<void> {
    await this.#shared.ready()
    await this.#openConsumers()
  }

  start(exchange: Exchange): void {
    this.#lastStep = (exchange.request as NamedWork).step
    this.#groupOf(exchange).start(exchange)
  }

  abort(exchange: Exchange): void {
    if (!this.#shared.abort(exchange)) this.#blocking?.abort(exchange)
  }

  endSession(): void {
    // A connection keeps nothing for an agent.
  }

  createClient(perform: Perform): object {
    return this.#protocol.createClient(perform)
  }

  sentAs(exchange: Exchange): SentAs | null {
    try {
      return this.#protocol.describe(exchange)
    } catch (error) {
      // A request that could not be made was not sent either.
      if (error instanceof UnsetVariable) return null
      throw error
    }
  }

  stats(): DriverStats {
    const blocking = this.#blocking
    return {
      openConnections:
        this.#shared.openCount + (blocking?.openCount ?? 0) + (this.#protocol.consumers?.openCount ?? 0),
      waiting: this.#shared.waitingCount + (blocking?.waitingCount ?? 0),
    }
  }

  async quiesce(deadlineMs: number): Promise<void> {
    await this.#context.channel?.drained(deadlineMs)
  }

  async close(): Promise<void> {
    await Promise.all([this.#protocol.consumers?.close(), this.#shared.close(), this.#blocking?.close()])
  }

  async #openConsumers(): Promise<void> {
    try {
      await this.#protocol.consumers?.open()
    } catch (cause) {
      throw new HarnessError('TARGET_UNREACHABLE', `the consumers could not be opened: ${messageOf(cause)}`, {
        cause,
        hint: 'Start the server, or correct what `consume` of the target names.',
      })
    }
  }

  #groupOf({ request }: Exchange): LaneGroup {
    if (this.#context.connections === null || this.#protocol.isBlocking?.(request) !== true)
      return this.#shared
    this.#blocking ??= this.#group(null)
    return this.#blocking
  }

  #group(connections: number | null): LaneGroup {
    return new LaneGroup({
      ...this.#context,
      connections,
      open: (opening) => this.#protocol.open(opening),
      ended: (exchange) => this.#protocol.ended?.(exchange),
      onIdleLoss: (_lane, { kind, text }: Failure) => this.#context.events.fault(this.#lastStep, kind, text),
    })
  }
}
