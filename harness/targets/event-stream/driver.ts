/** The driver of a protocol over streams of server-sent events: its requests go through an HTTP driver, which knows the events. */
import type {
  DriverContext,
  DriverStats,
  Exchange,
  Perform,
  SentAs,
  SentWhole,
  TargetDriver,
} from '../../ports/target.ts'
import { Deadlines } from '../deadlines.ts'
import { Slots } from '../slots.ts'
import { type CallParts, StreamCall } from './call.ts'
import type { EventProtocol, StreamRequest } from './protocol.ts'

export interface EventStreamParts<Request extends StreamRequest> {
  readonly http: TargetDriver
  readonly protocol: EventProtocol<Request>
  /** The longest silence between two events, ms; null = each step has its own. */
  readonly idleMs: number | null
}

export class EventStreamDriver<Request extends StreamRequest> implements TargetDriver {
  readonly #http: TargetDriver
  readonly #protocol: EventProtocol<Request>
  readonly #parts: CallParts
  readonly #calls = new Slots<StreamCall>()

  constructor({ http, protocol, idleMs }: EventStreamParts<Request>, { clock }: DriverContext) {
    this.#http = http
    this.#protocol = protocol
    const deadlines = new Deadlines(clock, (slot) => this.#calls.get(slot)?.expire())
    this.#parts = {
      clock,
      idleMs,
      deadlines,
      abort: (call) => http.abort(call),
      onEnded: (slot) => {
        deadlines.clear(slot)
        this.#calls.remove(slot)
      },
    }
  }

  compile(request: Readonly<Record<string, unknown>>, step: string): Request {
    return this.#protocol.compile(request, step)
  }

  start(exchange: Exchange): void {
    const { http } = exchange.request as Request
    const call = this.#calls.add(
      (slot) =>
        new StreamCall(exchange, http, slot, this.#parts, (instants) =>
          this.#protocol.open(exchange, instants),
        ),
    )
    this.#http.start(call)
  }

  abort(exchange: Exchange): void {
    for (const call of this.#calls) if (call.exchange === exchange) this.#http.abort(call)
  }

  endSession(agent: number): void {
    this.#protocol.endSession(agent)
    this.#http.endSession(agent)
  }

  createClient(perform: Perform): object {
    return this.#protocol.createClient(perform)
  }

  sentAs(exchange: Exchange): SentAs | null {
    return this.#http.sentAs?.(httpOf(exchange)) ?? null
  }

  sentWhole(exchange: Exchange): SentWhole | null {
    return this.#http.sentWhole?.(httpOf(exchange)) ?? null
  }

  stats(): DriverStats {
    return this.#http.stats()
  }

  async close(): Promise<void> {
    await this.#http.close()
    this.#parts.deadlines.stop()
  }
}

/** Returns an exchange as the HTTP driver knows it. */
function httpOf(exchange: Exchange): Exchange {
  const { http } = exchange.request as StreamRequest
  return { ...exchange, request: http, variables: exchange.variables, agent: exchange.agent }
}
