/** HTTP/2 exchanges through undici: one client, its streams shared by the agents. Costs about three times the CPU of 1.1. */
import { Client, type Dispatcher } from 'undici'
import { messageOf } from '../../base/errors.ts'
import { ERROR_KIND_INDEX, type ErrorKind } from '../../model/outcome.ts'
import type { DriverContext, DriverStats, Exchange, Perform, TargetDriver } from '../../ports/target.ts'
import { AnswerReader } from './answer-reader.ts'
import { createHttpClient } from './client.ts'
import type { HttpDriverSettings } from './driver.ts'
import { kindOfSocketError } from './error-kind.ts'
import { type EncodedRequest, encodeRequest, type HttpRequest, renderTemplate } from './request-encoder.ts'

const STREAMS_MAX = 1000

export class Http2Driver implements TargetDriver {
  readonly #settings: HttpDriverSettings
  readonly #context: DriverContext
  readonly #client: Client
  readonly #reader: AnswerReader
  readonly #inFlight = new Map<Exchange, AbortController>()

  constructor(settings: HttpDriverSettings, context: DriverContext) {
    this.#settings = settings
    this.#context = context
    this.#reader = new AnswerReader(settings.connection.maxBodyBytes)
    this.#client = new Client(settings.origin, {
      allowH2: true,
      maxConcurrentStreams: STREAMS_MAX,
      pipelining: STREAMS_MAX,
      connect: { ...settings.connection.tls, timeout: context.defaultTimeouts.connectMs },
    })
  }

  compile(request: Readonly<Record<string, unknown>>): EncodedRequest {
    return encodeRequest(request as unknown as HttpRequest, this.#settings)
  }

  start(exchange: Exchange): void {
    const abort = new AbortController()
    this.#inFlight.set(exchange, abort)
    void this.#send(exchange, exchange.request as EncodedRequest, abort)
  }

  abort(exchange: Exchange): void {
    this.#inFlight.get(exchange)?.abort('aborted')
  }

  endSession(): void {
    // Nothing is kept for an agent: cookies are not taken up over HTTP/2.
  }

  createClient(perform: Perform): object {
    return createHttpClient(perform, (request) => encodeRequest(request, this.#settings))
  }

  stats(): DriverStats {
    return { openConnections: this.#client.stats.connected ? 1 : 0, waiting: 0 }
  }

  async close(): Promise<void> {
    for (const abort of this.#inFlight.values()) abort.abort('aborted')
    await this.#client.destroy()
  }

  async #send(exchange: Exchange, request: EncodedRequest, abort: AbortController): Promise<void> {
    const { clock } = this.#context
    const cancel = clock.after(exchange.timeouts.totalMs, () => abort.abort('timeout-total'))
    try {
      // undici does not tell when a stream's first byte leaves; the hand-over to it is the nearest instant there is.
      await Promise.resolve()
      exchange.sentMs = clock.nowMs()
      const answer = await this.#client.request(optionsOf(request, exchange, abort.signal))
      exchange.firstByteMs = clock.nowMs()
      await this.#readAnswer(exchange, answer)
    } catch (error) {
      exchange.errorKind = ERROR_KIND_INDEX[kindOf(error, abort.signal, exchange)]
      exchange.errorText = messageOf(error)
    }
    cancel()
    this.#inFlight.delete(exchange)
    exchange.doneMs = clock.nowMs()
    exchange.settle()
  }

  async #readAnswer(exchange: Exchange, answer: Dispatcher.ResponseData): Promise<void> {
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > this.#settings.connection.maxBodyBytes)
        throw new TooLarge(`the body is longer than ${this.#settings.connection.maxBodyBytes} bytes`)
      if (exchange.keepAnswer) chunks.push(chunk)
    }
    exchange.status = answer.statusCode
    exchange.bytesReceived += length
    const head = Object.entries(answer.headers).map(
      ([name, value]) => `\r\n${name}: ${[value].flat().join(', ')}`,
    )
    const headText = `HTTP/2 ${answer.statusCode}${head.join('')}\r\n`
    this.#reader.readHead(headText, exchange)
    if (exchange.keepAnswer) this.#reader.keep(exchange, headText, Buffer.concat(chunks))
  }
}

class TooLarge extends Error {}

function optionsOf(
  request: EncodedRequest,
  exchange: Exchange,
  signal: AbortSignal,
): Dispatcher.RequestOptions {
  const head = renderTemplate(request.head, exchange.variables, (value) => value)
  const headers = Object.fromEntries(
    head
      .split('\r\n')
      .flatMap((line) =>
        line === ''
          ? []
          : [[line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const],
      ),
  )
  const body = renderTemplate(request.body, exchange.variables, (value) => value)
  exchange.bytesSent += Buffer.byteLength(body)
  return {
    method: request.method as Dispatcher.HttpMethod,
    path: renderTemplate(request.path, exchange.variables, encodeURIComponent),
    headers,
    body: body === '' ? null : body,
    signal,
    headersTimeout: exchange.timeouts.firstByteMs,
    bodyTimeout: exchange.timeouts.totalMs,
  }
}

function kindOf(error: unknown, signal: AbortSignal, exchange: Exchange): ErrorKind {
  if (signal.aborted) return signal.reason as ErrorKind
  if (error instanceof TooLarge) return 'too-large'
  const code = (error as { code?: string }).code
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'timeout-connect'
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return 'timeout-first-byte'
  if (code === 'UND_ERR_BODY_TIMEOUT') return 'timeout-total'
  if (code?.startsWith('UND_ERR_SOCKET') === true) return 'reset'
  if (code?.startsWith('HPE_') === true) return 'protocol'
  return kindOfSocketError(error, exchange.firstByteMs === 0)
}
