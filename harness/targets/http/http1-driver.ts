/**
 * HTTP/1.1 for one shard, by our own keep-alive client (ENGINE sections 1 and 6): connections of each agent or a shared
 * pool, one read buffer, one sweep of deadlines, and no closure or promise a request.
 */
import { OPEN_ENDED } from '../../model/open-ended.ts'
import { putError } from '../../ports/exchange-error.ts'
import type {
  DriverContext,
  DriverStats,
  Exchange,
  Perform,
  SentAs,
  SentWhole,
  TargetDriver,
} from '../../ports/target.ts'
import { type ConnectionPool, OwnConnections, SharedConnections } from '../connection-pool.ts'
import { Deadlines } from '../deadlines.ts'
import { Answers, sharedJars } from './answers.ts'
import type { Authorization } from './authorization.ts'
import { HttpClient } from './client.ts'
import { Connection } from './connection.ts'
import { describeRequest, describeWhole } from './describe-request.ts'
import { Http1Request } from './http1-request.ts'
import { RequestFactory } from './request.ts'
import type { HttpRequest } from './schema.ts'
import { SendQueue } from './send-queue.ts'
import type { HttpSettings } from './settings.ts'
import { Traceparents } from './traceparent.ts'
import { WireFactory } from './wire.ts'

/** Stats of an HTTP/1.1 driver. */
export interface Http1Stats extends DriverStats {
  /** Requests sent again because the server had closed an idle connection at the same moment. */
  readonly staleRetries: number
}

export class Http1Driver implements TargetDriver {
  readonly #context: DriverContext
  readonly #origin: string
  readonly #authorization: Authorization | null
  readonly #requests: RequestFactory
  readonly #traceparents: Traceparents | null
  readonly #answers: Answers
  readonly #wires: WireFactory
  readonly #deadlines: Deadlines
  readonly #pool: ConnectionPool<Connection>
  #staleRetries = 0

  constructor(settings: HttpSettings, context: DriverContext) {
    const { clock, connections, tracing } = context
    this.#context = context
    this.#origin = settings.origin
    this.#authorization = settings.authorization ?? null
    this.#requests = new RequestFactory(settings, tracing?.correlationId)
    this.#traceparents = tracing === null ? null : new Traceparents(tracing)
    this.#answers = new Answers({ ...settings, clock, jars: sharedJars(context.shared) })
    this.#wires = new WireFactory(settings.endpoint, settings.tls)
    this.#deadlines = new Deadlines(clock, (slot) => this.#pool.at(slot)?.expire())
    const parts = {
      clock,
      deadlines: this.#deadlines,
      sends: new SendQueue(clock),
      wires: this.#wires,
      answers: this.#answers,
      traceparents: this.#traceparents,
      bodyBytesMax: settings.bodyBytesMax,
      onOpenEnd: ({ step }: Exchange) => {
        // Node gives no sign of TLS's own farewell, which is what tells a whole body from one that was cut.
        if (settings.endpoint.secure) context.events.fault(step, 'protocol', OPEN_ENDED)
      },
      onStaleRetry: () => {
        this.#staleRetries++
      },
    }
    const finish = (connection: Connection, exchange: Exchange) => {
      this.#pool.release(connection)
      exchange.settle()
    }
    const make = (slot: number) => new Connection(slot, parts, finish)
    this.#pool =
      connections === null ? new OwnConnections(make, context) : new SharedConnections(make, connections)
  }

  ready(): Promise<void> {
    return this.#authorization?.ready() ?? Promise.resolve()
  }

  compile(request: Readonly<Record<string, unknown>>): Http1Request {
    return new Http1Request(this.#requests.fromStep(request as HttpRequest), false, this.#traceparents)
  }

  start(exchange: Exchange): void {
    this.#pool.start(exchange)
  }

  abort(exchange: Exchange): void {
    const carrier = this.#pool.carrierOf(exchange)
    if (carrier !== null) carrier.abort()
    else if (this.#pool.withdraw(exchange)) this.#settleUnsent(exchange)
  }

  endSession(agent: number): void {
    this.#answers.forgetCookies(agent)
  }

  createClient(perform: Perform): HttpClient {
    return new HttpClient(
      perform,
      (method, path, content) =>
        new Http1Request(this.#requests.fromCode(method, path, content), true, this.#traceparents),
    )
  }

  sentAs({ request, variables }: Exchange): SentAs | null {
    return describeRequest((request as Http1Request).parts, this.#origin, variables)
  }

  sentWhole(exchange: Exchange): SentWhole {
    const { parts } = exchange.request as Http1Request
    return describeWhole(parts, this.#origin, exchange.variables, this.#answers.cookiesFor(exchange, parts))
  }

  stats(): Http1Stats {
    return {
      openConnections: this.#wires.openCount,
      waiting: this.#pool.waitingCount,
      staleRetries: this.#staleRetries,
    }
  }

  close(): Promise<void> {
    this.#authorization?.close()
    this.#deadlines.stop()
    for (const exchange of this.#pool.withdrawAll()) this.#settleUnsent(exchange)
    for (const connection of this.#pool) connection.abort()
    return this.#wires.closeAll()
  }

  #settleUnsent(exchange: Exchange): void {
    const { clock } = this.#context
    putError(exchange, 'aborted', 'aborted by the harness while it waited for a connection')
    exchange.doneMs = clock.nowMs()
    clock.soon(() => exchange.settle())
  }
}
