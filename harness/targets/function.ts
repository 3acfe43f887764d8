/** A target made of the author's own function, called in the shard's thread: for what has no protocol, and for measuring the harness. */
import { z } from 'zod'
import { messageOf } from '../base/errors.ts'
import { ERROR_KIND_INDEX, type ErrorKind } from '../model/outcome.ts'
import type {
  Answer,
  DriverContext,
  DriverStats,
  Exchange,
  Perform,
  PerformOptions,
  TargetDriver,
  TargetPlugin,
} from '../ports/target.ts'

/** What the author wrote. */
export type FunctionHandler = (
  input: unknown,
  context: { readonly agent: number; readonly signal: AbortSignal },
) => unknown

/** What code journeys call. */
export interface FunctionClient {
  call(input: unknown, options?: Partial<PerformOptions>): Promise<Answer>
}

const configSchema = z.strictObject({
  handler: z.string().describe('Where the function is in the scenario module'),
})
const requestSchema = z.strictObject({ input: z.unknown() })

/** The function plugin. */
export const functionTarget: TargetPlugin = {
  name: 'function',
  configSchema,
  requestSchema,
  nameOf: () => 'call',
  hostsOf: () => [],
  probe: () => Promise.resolve(null),
  createDriver: (config, context) =>
    new FunctionDriver(context.code(String(config['handler'])) as FunctionHandler, context),
}

class FunctionDriver implements TargetDriver {
  readonly #handler: FunctionHandler
  readonly #context: DriverContext
  readonly #inFlight = new Map<Exchange, AbortController>()

  constructor(handler: FunctionHandler, context: DriverContext) {
    this.#handler = handler
    this.#context = context
  }

  compile(request: Readonly<Record<string, unknown>>): unknown {
    return request['input']
  }

  start(exchange: Exchange): void {
    const abort = new AbortController()
    this.#inFlight.set(exchange, abort)
    const cancel = this.#context.clock.after(exchange.timeouts.totalMs, () =>
      this.#end(exchange, 'timeout-total', 'no result in time'),
    )
    abort.signal.addEventListener('abort', cancel, { once: true })
    exchange.sentMs = this.#context.clock.nowMs()
    // Through a promise, so that a synchronous throw is caught too, and through `soon`, so that I/O gets its turn.
    Promise.resolve()
      .then(() => this.#handler(exchange.request, { agent: exchange.agent, signal: abort.signal }))
      .then(
        (value) => this.#context.clock.soon(() => this.#answered(exchange, value)),
        (error) => this.#context.clock.soon(() => this.#end(exchange, 'code', messageOf(error))),
      )
  }

  abort(exchange: Exchange): void {
    this.#end(exchange, 'aborted', 'given up by the harness')
  }

  endSession(): void {
    // A function keeps nothing for an agent.
  }

  createClient(perform: Perform): FunctionClient {
    return { call: (input, options) => perform(input, { step: 'call', ...options }) }
  }

  stats(): DriverStats {
    return { openConnections: 0, waiting: 0 }
  }

  close(): Promise<void> {
    for (const exchange of [...this.#inFlight.keys()]) this.abort(exchange)
    return Promise.resolve()
  }

  #answered(exchange: Exchange, value: unknown): void {
    if (this.#inFlight.has(exchange) && exchange.keepAnswer && value !== undefined)
      exchange.body = Buffer.from(JSON.stringify(value))
    this.#end(exchange, 'none', '')
  }

  /** Once: whatever comes later finds the exchange gone. */
  #end(exchange: Exchange, kind: ErrorKind, message: string): void {
    const abort = this.#inFlight.get(exchange)
    if (abort === undefined) return
    this.#inFlight.delete(exchange)
    abort.abort()
    exchange.errorKind = ERROR_KIND_INDEX[kind]
    exchange.errorText = message
    exchange.doneMs = this.#context.clock.nowMs()
    exchange.settle()
  }
}
