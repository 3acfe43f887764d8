/**
 * Performs HTTP/1.1 exchanges for one shard. By default every agent slot has a connection of its own, as a user has;
 * with `connections` they share a pool: waiting for a free one is first come first served, and is start delay, because
 * `sent` is stamped at the write. Writes that fall due in one turn of the loop go out together at its end.
 */
import type { CancelTimer } from '../../base/clock.ts'
import { ERROR_KIND_INDEX } from '../../model/outcome.ts'
import type { DriverContext, DriverStats, Exchange, Perform, TargetDriver } from '../../ports/target.ts'
import { AnswerReader } from './answer-reader.ts'
import { createHttpClient } from './client.ts'
import { Connection, type ConnectionOwner, type ConnectionSettings } from './connection.ts'
import { CookieJar } from './cookies.ts'
import {
  type EncodedRequest,
  type EncoderSettings,
  encodeRequest,
  type HttpRequest,
  renderRequest,
} from './request-encoder.ts'

const READ_BUFFER_BYTES = 65_536
const SWEEP_MS = 50

/** Settings of an HTTP target, ready for use. */
export interface HttpDriverSettings extends EncoderSettings {
  readonly connection: Omit<ConnectionSettings, 'clock' | 'readBuffer'>
  readonly cookies: boolean
  readonly followRedirects: number
  readonly origin: string
}

/** Exchange under way, with what a redirect needs. */
interface Waiting {
  readonly exchange: Exchange
  readonly request: EncodedRequest
  readonly bytes: Buffer
}

export class HttpDriver implements TargetDriver, ConnectionOwner {
  readonly #settings: HttpDriverSettings
  readonly #context: DriverContext
  readonly #connectionSettings: ConnectionSettings
  readonly #reader: AnswerReader
  /** By agent slot, or the shared pool. */
  readonly #connections: Connection[] = []
  readonly #free: Connection[] = []
  readonly #waiting: Waiting[] = []
  readonly #jars: (CookieJar | undefined)[] = []
  readonly #redirects = new Map<Exchange, number>()
  readonly #firstSent = new Map<Exchange, { sentMs: number; firstByteMs: number }>()
  #toWrite: Connection[] = []
  #flushPlanned = false
  readonly #stopSweep: CancelTimer

  constructor(settings: HttpDriverSettings, context: DriverContext) {
    this.#settings = settings
    this.#context = context
    this.#connectionSettings = {
      ...settings.connection,
      clock: context.clock,
      readBuffer: Buffer.allocUnsafe(READ_BUFFER_BYTES),
    }
    this.#reader = new AnswerReader(settings.connection.maxBodyBytes)
    this.#stopSweep = context.clock.every(SWEEP_MS, () => this.#sweep())
  }

  compile(request: Readonly<Record<string, unknown>>): EncodedRequest {
    return encodeRequest(request as unknown as HttpRequest, this.#settings)
  }

  start(exchange: Exchange): void {
    const request = exchange.request as EncodedRequest
    this.#dispatch(exchange, request, this.#render(exchange, request))
  }

  abort(exchange: Exchange): void {
    const carrier = this.#connections.find((connection) => connection.exchange === exchange)
    if (carrier !== undefined) return carrier.abort()
    const place = this.#waiting.findIndex((waiting) => waiting.exchange === exchange)
    if (place === -1) return
    this.#waiting.splice(place, 1)
    this.#endUnsent(exchange, 'aborted', 'given up by the harness')
  }

  endSession(agent: number): void {
    this.#jars[agent] = undefined
  }

  createClient(perform: Perform): object {
    return createHttpClient(perform, (request) => encodeRequest(request, this.#settings))
  }

  stats(): DriverStats {
    return {
      openConnections: this.#connections.reduce((open, connection) => open + (connection?.isOpen ? 1 : 0), 0),
      waiting: this.#waiting.length,
    }
  }

  close(): Promise<void> {
    this.#stopSweep()
    for (const { exchange } of this.#waiting.splice(0))
      this.#endUnsent(exchange, 'aborted', 'the target was closed')
    for (const connection of this.#connections) {
      connection?.abort()
      connection?.close()
    }
    return Promise.resolve()
  }

  // --- ConnectionOwner --------------------------------------------------------------------------------------------

  readyToWrite(connection: Connection): void {
    this.#toWrite.push(connection)
    if (this.#flushPlanned) return
    this.#flushPlanned = true
    this.#context.clock.soon(this.#flush)
  }

  exchangeEnded(connection: Connection, exchange: Exchange): void {
    if (exchange.errorKind === 0) {
      const location = this.#readAnswer(connection, exchange)
      if (location !== null && this.#follow(connection, exchange, location)) return
    }
    this.#restoreFirstInstants(exchange)
    this.#release(connection)
    exchange.settle()
  }

  // --- sending ----------------------------------------------------------------------------------------------------

  #render(exchange: Exchange, request: EncodedRequest): Buffer {
    const jar = this.#jars[exchange.agent]
    if (request.bytes !== null && jar === undefined) return request.bytes
    const cookie =
      jar?.headerFor(
        request.path.join(''),
        this.#settings.connection.tls !== null,
        this.#context.clock.wallMs(),
      ) ?? ''
    return renderRequest(request, this.#settings.host, cookie, exchange.variables)
  }

  #dispatch(exchange: Exchange, request: EncodedRequest, bytes: Buffer): void {
    const connection =
      this.#context.connections === null ? this.#ownConnection(exchange.agent) : this.#sharedConnection()
    if (connection === null) this.#waiting.push({ exchange, request, bytes })
    else connection.begin(exchange, request, bytes)
  }

  #ownConnection(agent: number): Connection {
    const connection = this.#connections[agent] ?? new Connection(this.#connectionSettings, this)
    this.#connections[agent] = connection
    return connection
  }

  #sharedConnection(): Connection | null {
    const free = this.#free.pop()
    if (free !== undefined) return free
    if (this.#connections.length >= (this.#context.connections ?? 0)) return null
    const made = new Connection(this.#connectionSettings, this)
    this.#connections.push(made)
    return made
  }

  #release(connection: Connection): void {
    if (this.#context.connections === null) return
    const next = this.#waiting.shift()
    if (next === undefined) this.#free.push(connection)
    else connection.begin(next.exchange, next.request, next.bytes)
  }

  readonly #flush = (): void => {
    this.#flushPlanned = false
    const connections = this.#toWrite
    this.#toWrite = []
    for (const connection of connections) connection.write()
  }

  // --- answers ----------------------------------------------------------------------------------------------------

  /** Takes from the answer what the exchange wants; gives the place of a redirect to follow. */
  #readAnswer(connection: Connection, exchange: Exchange): string | null {
    const head = this.#reader.readHead(connection.headText, exchange)
    for (const cookie of head.setCookies) {
      if (!this.#settings.cookies) break
      const jar = this.#jars[exchange.agent] ?? new CookieJar()
      this.#jars[exchange.agent] = jar
      jar.store(cookie, this.#context.clock.wallMs())
    }
    if (exchange.keepAnswer) this.#reader.keep(exchange, connection.headText, connection.takeBody())
    const isRedirect = exchange.status >= 301 && exchange.status <= 308 && exchange.status !== 304
    return isRedirect && this.#settings.followRedirects > 0 ? head.location : null
  }

  /** Sends the exchange on; false when the answer stands as it is. The instants of the first request are kept. */
  #follow(connection: Connection, exchange: Exchange, location: string): boolean {
    const original = exchange.request as EncodedRequest
    const taken = this.#redirects.get(exchange) ?? 0
    const url = URL.canParse(location, this.#settings.origin)
      ? new URL(location, this.#settings.origin)
      : null
    if (url === null || url.origin !== this.#settings.origin) {
      return this.#refuseRedirect(exchange, `redirect to ${location}, which is not the target's own origin`)
    }
    if (taken >= this.#settings.followRedirects)
      return this.#refuseRedirect(exchange, `more than ${taken} redirects`)
    this.#redirects.set(exchange, taken + 1)
    if (taken === 0)
      this.#firstSent.set(exchange, { sentMs: exchange.sentMs, firstByteMs: exchange.firstByteMs })
    exchange.firstByteMs = 0
    const keepsMethod = exchange.status === 307 || exchange.status === 308
    const next: EncodedRequest = {
      ...original,
      ...(keepsMethod ? {} : { method: original.isHead ? 'HEAD' : 'GET', body: [''], idempotent: true }),
      path: [`${url.pathname}${url.search}`],
      bytes: null,
    }
    connection.begin(exchange, next, this.#render(exchange, next))
    return true
  }

  #refuseRedirect(exchange: Exchange, message: string): false {
    exchange.errorKind = ERROR_KIND_INDEX.protocol
    exchange.errorText = message
    return false
  }

  #restoreFirstInstants(exchange: Exchange): void {
    const first = this.#firstSent.get(exchange)
    if (first === undefined) return
    exchange.sentMs = first.sentMs
    exchange.firstByteMs = first.firstByteMs
    this.#firstSent.delete(exchange)
    this.#redirects.delete(exchange)
  }

  /** Ends an exchange that never reached a connection; later, never inside the caller. */
  #endUnsent(exchange: Exchange, kind: 'aborted' | 'timeout-total', message: string): void {
    exchange.errorKind = ERROR_KIND_INDEX[kind]
    exchange.errorText = message
    exchange.doneMs = this.#context.clock.nowMs()
    this.#context.clock.soon(() => exchange.settle())
  }

  #sweep(): void {
    const nowMs = this.#context.clock.nowMs()
    for (const connection of this.#connections) connection?.checkDeadlines(nowMs)
  }
}
