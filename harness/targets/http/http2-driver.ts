/** HTTP/2 for one shard, through undici: for targets that speak nothing else. It costs several times the CPU of 1.1. */
import type { DriverContext, DriverStats, Exchange, Perform, TargetDriver } from '../../ports/target.ts'
import { Deadlines } from '../deadlines.ts'
import { Slots } from '../slots.ts'
import { Answers } from './answers.ts'
import { HttpClient } from './client.ts'
import { type CallParts, Http2Call } from './http2-call.ts'
import { Http2Sessions } from './http2-sessions.ts'
import { RequestFactory, type RequestParts } from './request.ts'
import type { HttpRequest } from './schema.ts'
import type { HttpSettings } from './settings.ts'
import { Traceparents } from './traceparent.ts'

export class Http2Driver implements TargetDriver {
  readonly #requests: RequestFactory
  readonly #parts: CallParts
  readonly #calls = new Slots<Http2Call>()

  constructor(settings: HttpSettings, { clock, connections, tracing }: DriverContext) {
    this.#requests = new RequestFactory(settings, tracing?.correlationId)
    this.#parts = {
      clock,
      deadlines: new Deadlines(clock, (slot) => this.#calls.get(slot)?.expire()),
      sessions: new Http2Sessions(settings.endpoint, settings.tls, connections),
      answers: new Answers({ ...settings, clock }),
      traceparents: tracing === null ? null : new Traceparents(tracing),
      bodyBytesMax: settings.bodyBytesMax,
    }
  }

  compile(request: Readonly<Record<string, unknown>>): RequestParts {
    return this.#requests.fromStep(request as HttpRequest)
  }

  start(exchange: Exchange): void {
    const call = this.#calls.add(
      (slot) => new Http2Call(exchange, slot, this.#parts, () => this.#calls.remove(slot)),
    )
    call.begin()
  }

  abort(exchange: Exchange): void {
    for (const call of this.#calls) if (call.exchange === exchange) call.abort()
  }

  endSession(agent: number): void {
    this.#parts.answers.forgetCookies(agent)
  }

  createClient(perform: Perform): HttpClient {
    return new HttpClient(perform, (method, path, content) => this.#requests.fromCode(method, path, content))
  }

  /** Streams share their session, so nothing waits for one here. */
  stats(): DriverStats {
    return { openConnections: this.#parts.sessions.openCount, waiting: 0 }
  }

  close(): Promise<void> {
    for (const call of this.#calls) call.abort()
    this.#parts.deadlines.stop()
    return this.#parts.sessions.closeAll()
  }
}
