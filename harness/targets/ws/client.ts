/** The client that code journeys call, one an agent. */
import type { Answer, Perform, PerformOptions } from '../../ports/target.ts'
import { nameOfWsRequest } from './request-name.ts'
import { type WsAwait, type WsContent, type WsRequestDocument, wsRequestSchema } from './schema.ts'

/** Options of one request of code: its name, what a good answer is, when it gives up. */
export type WsCallOptions = Partial<PerformOptions>

/** The messages that code waits for. */
export type WsAwaitOptions = Partial<WsAwait>

/** Makes what the driver sends for a request of code. */
export type PrepareWsRequest = (request: WsRequestDocument, step: string) => unknown

/** Every request is recorded, and resolves whatever became of it. */
export class WsClient {
  readonly #perform: Perform
  readonly #prepare: PrepareWsRequest

  constructor(perform: Perform, prepare: PrepareWsRequest) {
    this.#perform = perform
    this.#prepare = prepare
  }

  /** Opens a session, in place of the one the agent has. */
  open(path = '', options?: WsCallOptions): Promise<Answer> {
    return this.#send({ open: path }, options)
  }

  /** Sends a message that nobody answers. */
  send(content: WsContent, options?: WsCallOptions): Promise<Answer> {
    return this.#send({ send: content }, options)
  }

  /** Sends a message that the server hands on to the standing sessions of the target. */
  broadcast(content: WsContent, options?: WsCallOptions): Promise<Answer> {
    return this.#send({ send: content, broadcast: true }, options)
  }

  /** Sends a message and waits for what comes after it. */
  request(content: WsContent, awaited: WsAwaitOptions = {}, options?: WsCallOptions): Promise<Answer> {
    return this.#send({ send: content, await: awaited }, options)
  }

  /** Waits for messages. */
  receive(awaited: WsAwaitOptions = {}, options?: WsCallOptions): Promise<Answer> {
    return this.#send({ await: awaited }, options)
  }

  /** Sends a ping and waits for the pong. */
  ping(options?: WsCallOptions): Promise<Answer> {
    return this.#send({ ping: {} }, options)
  }

  /** Closes the session and waits until it is closed. */
  close(options?: WsCallOptions): Promise<Answer> {
    return this.#send({ close: {} }, options)
  }

  /** @throws ZodError when code asks for what no step could */
  #send(request: Readonly<Record<string, unknown>>, options: WsCallOptions = {}): Promise<Answer> {
    const document = wsRequestSchema.parse(request)
    const step = options.step ?? nameOfWsRequest(document)
    return this.#perform(this.#prepare(document, step), { ...options, step })
  }
}
