/** HTTP/2 for one shard, through node:http2: for targets that speak nothing else. It costs several times the CPU of 1.1. */
import type {
  DriverContext,
  DriverStats,
  Exchange,
  Perform,
  SentAs,
  SentWhole,
  TargetDriver,
} from '../../ports/target.ts'
import { Calls } from '../calls.ts'
import { Deadlines } from '../deadlines.ts'
import { Answers, sharedJars } from './answers.ts'
import type { Authorization } from './authorization.ts'
import { HttpClient } from './client.ts'
import { describeRequest, describeWhole } from './describe-request.ts'
import { type CallParts, Http2Call } from './http2-call.ts'
import { Http2Request } from './http2-request.ts'
import { Http2Sessions } from './http2-sessions.ts'
import { RequestFactory, type RequestParts } from './request.ts'
import type { HttpRequest } from './schema.ts'
import type { HttpSettings } from './settings.ts'
import { Traceparents } from './traceparent.ts'

/** Stats of an HTTP/2 driver. */
export interface Http2Stats extends DriverStats {
  /** Requests sent again because the server had ended their session, or refused them, before it worked on them. */
  readonly resent: number
}

export class Http2Driver implements TargetDriver {
  readonly #origin: string
  readonly #authorization: Authorization | null
  readonly #requests: RequestFactory
  readonly #parts: CallParts
  readonly #calls = new Calls<Http2Call>()
  #resent = 0

  constructor(settings: HttpSettings, { clock, connections, tracing, shared }: DriverContext) {
    this.#origin = settings.origin
    this.#authorization = settings.authorization ?? null
    this.#requests = new RequestFactory(settings, tracing?.correlationId)
    this.#parts = {
      clock,
      deadlines: new Deadlines(clock, (slot) => this.#calls.get(slot)?.expire()),
      sessions: new Http2Sessions(settings.endpoint, settings.tls, connections, clock),
      answers: new Answers({ ...settings, clock, jars: sharedJars(shared) }),
      traceparents: tracing === null ? null : new Traceparents(tracing),
      bodyBytesMax: settings.bodyBytesMax,
      onResent: () => {
        this.#resent++
      },
    }
  }

  ready(): Promise<void> {
    return this.#authorization?.ready() ?? Promise.resolve()
  }

  compile(request: Readonly<Record<string, unknown>>): Http2Request {
    return this.#prepared(this.#requests.fromStep(request as HttpRequest))
  }

  start(exchange: Exchange): void {
    const call = this.#calls.add(
      (slot) => new Http2Call(exchange, slot, this.#parts, () => this.#calls.remove(slot)),
    )
    call.begin()
  }

  abort(exchange: Exchange): void {
    this.#calls.of(exchange)?.abort()
  }

  endSession(agent: number): void {
    this.#parts.answers.forgetCookies(agent)
  }

  createClient(perform: Perform): HttpClient {
    return new HttpClient(perform, (method, path, content) =>
      this.#prepared(this.#requests.fromCode(method, path, content)),
    )
  }

  sentAs({ request, variables }: Exchange): SentAs | null {
    return describeRequest((request as Http2Request).parts, this.#origin, variables)
  }

  sentWhole(exchange: Exchange): SentWhole {
    const { parts } = exchange.request as Http2Request
    return describeWhole(
      parts,
      this.#origin,
      exchange.variables,
      this.#parts.answers.cookiesFor(exchange, parts),
    )
  }

  stats(): Http2Stats {
    const { openCount, waitingCount } = this.#parts.sessions
    return { openConnections: openCount, waiting: waitingCount, resent: this.#resent }
  }

  close(): Promise<void> {
    this.#authorization?.close()
    for (const call of this.#calls) call.abort()
    this.#parts.deadlines.stop()
    return this.#parts.sessions.closeAll()
  }

  #prepared(parts: RequestParts): Http2Request {
    return new Http2Request(parts, this.#parts.traceparents)
  }
}
