/**
 * A driver of messages over a few links, each of which carries many at once: all that is particular to the protocol is in its
 * `LinkProtocol`.
 */
import { HarnessError, messageOf } from '../base/errors.ts'
import type { DriverContext, DriverStats, Exchange, Perform, TargetDriver } from '../ports/target.ts'
import type { ConsumerMembers } from './consumer-members.ts'
import type { Failure } from './failure.ts'
import { type MessageCall, MessageCalls } from './message-calls.ts'

/** A connection that is opened when it is needed, and again when it was lost. */
export interface Link {
  readonly isOpen: boolean
  /** Exchanges that wait until it takes more. */
  readonly waitingCount: number
  /** Opens it, once for all who want it at the same time. */
  open(): Promise<void>
  close(): Promise<void>
}

/** A protocol whose connections carry many messages at once. */
export interface LinkProtocol<L extends Link> {
  readonly url: string
  /** An instruction for whoever cannot reach the server. */
  readonly hint: string
  /** Null where nothing is consumed. */
  readonly consumers: Pick<ConsumerMembers<unknown>, 'openCount' | 'open' | 'close'> | null
  createLink(number: number): L
  compile(request: Readonly<Record<string, unknown>>, step: string): unknown
  createClient(perform: Perform): object
  /** Returns what an error of opening a link means. */
  failureOf(error: unknown): Failure
  /** Sends what a call asks for as soon as the link takes it. */
  send(call: MessageCall, link: L): void
}

export class LinkDriver<L extends Link> implements TargetDriver {
  readonly #protocol: LinkProtocol<L>
  readonly #context: DriverContext
  readonly #calls: MessageCalls
  readonly #links: readonly L[]

  constructor(protocol: LinkProtocol<L>, context: DriverContext) {
    this.#protocol = protocol
    this.#context = context
    this.#calls = new MessageCalls(context)
    const { connections, agents } = context
    this.#links = Array.from({ length: connections ?? agents }, (_, number) => protocol.createLink(number))
  }

  compile(request: Readonly<Record<string, unknown>>, step: string): unknown {
    return this.#protocol.compile(request, step)
  }

  /** Opens what agents share, and the consumers; the connections of agents are opened by their first exchange. */
  async ready(): Promise<void> {
    const { url, hint, consumers } = this.#protocol
    try {
      await consumers?.open()
      if (this.#context.connections !== null) await Promise.all(this.#links.map((link) => link.open()))
    } catch (cause) {
      throw new HarnessError('TARGET_UNREACHABLE', `${url}: ${messageOf(cause)}`, { cause, hint })
    }
  }

  start(exchange: Exchange): void {
    this.#calls.start(exchange, (call) => {
      const link = this.#links[exchange.agent % this.#links.length] as L
      if (link.isOpen) this.#protocol.send(call, link)
      else void this.#openFor(call, link)
    })
  }

  abort(exchange: Exchange): void {
    this.#calls.abort(exchange)
  }

  endSession(): void {
    // A connection carries the messages of many agents; nothing on it belongs to one.
  }

  createClient(perform: Perform): object {
    return this.#protocol.createClient(perform)
  }

  stats(): DriverStats {
    return {
      openConnections:
        this.#links.filter(({ isOpen }) => isOpen).length + (this.#protocol.consumers?.openCount ?? 0),
      waiting: this.#links.reduce((sum, { waitingCount }) => sum + waitingCount, 0),
    }
  }

  async quiesce(deadlineMs: number): Promise<void> {
    await this.#context.channel?.drained(deadlineMs)
  }

  async close(): Promise<void> {
    this.#calls.close()
    await Promise.all([this.#protocol.consumers?.close(), ...this.#links.map((link) => link.close())])
  }

  async #openFor(call: MessageCall, link: L): Promise<void> {
    const { clock } = this.#context
    const fromMs = clock.nowMs()
    try {
      await link.open()
    } catch (error) {
      const { kind, text } = this.#protocol.failureOf(error)
      return call.end(kind, text)
    }
    if (call.hasEnded) return
    call.exchange.connectMs = clock.nowMs() - fromMs
    this.#protocol.send(call, link)
  }
}
