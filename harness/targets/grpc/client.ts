/** The client that code journeys call, one an agent. */
import type { Answer, Perform, PerformOptions } from '../../ports/target.ts'
import { methodOf } from './request-name.ts'
import { type GrpcRequestDocument, type GrpcSend, type GrpcUntil, grpcRequestSchema } from './schema.ts'

type Message = Readonly<Record<string, unknown>>

/** Options of one call of code: its name, what a good answer is, when it gives up, and its metadata. */
export interface GrpcCallOptions extends Partial<PerformOptions> {
  readonly metadata?: Readonly<Record<string, string>>
}

/** Makes what the driver sends for a call of code. */
export type PrepareGrpcRequest = (request: GrpcRequestDocument) => unknown

/** Every call is recorded, and resolves whatever became of it. */
export class GrpcClient {
  readonly #perform: Perform
  readonly #prepare: PrepareGrpcRequest

  constructor(perform: Perform, prepare: PrepareGrpcRequest) {
    this.#perform = perform
    this.#prepare = prepare
  }

  /** Sends one message and waits for one answer. */
  unary(method: string, message: Message = {}, options?: GrpcCallOptions): Promise<Answer> {
    return this.#send({ unary: method, message }, options)
  }

  /** Sends one message and reads a stream of answers. */
  serverStream(
    method: string,
    message: Message = {},
    options: GrpcCallOptions & { readonly until?: GrpcUntil } = {},
  ): Promise<Answer> {
    const { until, ...others } = options
    return this.#send({ serverStream: method, message, ...(until && { until }) }, others)
  }

  /** Sends a stream of messages and waits for one answer. */
  clientStream(method: string, send: Partial<GrpcSend> = {}, options?: GrpcCallOptions): Promise<Answer> {
    return this.#send({ clientStream: method, send }, options)
  }

  /** Sends a stream of messages and reads a stream of answers. */
  bidi(
    method: string,
    send: Partial<GrpcSend> = {},
    options: GrpcCallOptions & { readonly match?: string } = {},
  ): Promise<Answer> {
    const { match, ...others } = options
    return this.#send({ bidi: method, send, ...(match !== undefined && { match }) }, others)
  }

  /** @throws ZodError when code asks for what no step could */
  #send(request: Readonly<Record<string, unknown>>, options: GrpcCallOptions = {}): Promise<Answer> {
    const { metadata, step, ...others } = options
    const document = grpcRequestSchema.parse({ ...request, ...(metadata && { metadata }) })
    return this.#perform(this.#prepare(document), { ...others, step: step ?? methodOf(document) })
  }
}
