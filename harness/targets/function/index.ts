/**
 * A target made of the author's own function, called in the shard's own thread: for what has no protocol, and for
 * measuring the harness itself. A function that never yields blocks its shard, deadlines included.
 */
import * as z from 'zod'
import type { Clock } from '../../base/clock.ts'
import { type CodePlace, isCodePlace } from '../../base/code-place.ts'
import { messageOf } from '../../base/errors.ts'
import { encodeInJsonString, Template, type VariableLookup } from '../../base/template.ts'
import { formatDurationMs } from '../../base/units.ts'
import type { ErrorKind } from '../../model/outcome.ts'
import { putError } from '../../ports/exchange-error.ts'
import type {
  Answer,
  DriverStats,
  Exchange,
  Perform,
  PerformOptions,
  TargetDriver,
} from '../../ports/target.ts'
import type { TargetPlugin, TargetRef } from '../../ports/target-plugin.ts'
import { Calls } from '../calls.ts'
import { Deadlines } from '../deadlines.ts'
import { noStatus } from '../no-status.ts'
import { type RequestStep, requestStep, type StepOptions } from '../step.ts'

/** The author's function; the signal fires when the answer is no longer wanted. */
export type FunctionHandler = (
  input: unknown,
  context: { readonly agent: number; readonly signal: AbortSignal },
) => unknown

/** The client that code journeys call, one an agent. */
export class FunctionClient {
  readonly #perform: Perform

  constructor(perform: Perform) {
    this.#perform = perform
  }

  call(input: unknown, options?: Partial<PerformOptions>): Promise<Answer> {
    const request: Input = { value: input }
    return this.#perform(request, { step: STEP_NAME, ...options })
  }
}

const STEP_NAME = 'call'

const configSchema = z
  .strictObject({
    handler: z
      .custom<CodePlace>(isCodePlace, 'functionTarget(handler) in a TypeScript scenario')
      .describe('The function in the scenario module'),
  })
  .describe('A function of the scenario')
const requestSchema = z
  .strictObject({ input: z.unknown().describe('Argument of the function; strings may hold {{variables}}') })
  .describe('A call of the function')

/** A target made of a function, called in the shard's own thread. */
export function functionTarget(handler: FunctionHandler): TargetRef<FunctionClient> {
  return { plugin: 'function', config: { handler } }
}

/** A step that calls a function target. */
export function call(input: unknown, options: StepOptions = {}): RequestStep {
  return requestStep({ input }, options)
}

/** The `function` plugin. */
export const functionPlugin: TargetPlugin = {
  name: 'function',
  configSchema,
  requestSchema,
  status: noStatus,
  connectionsOf: () => 'none',
  isCode: true,
  nameOf: () => STEP_NAME,
  hostsOf: () => [],
  probe: () => Promise.resolve(null),
  createDriver(config, { code, clock }) {
    const { handler } = config as z.output<typeof configSchema>
    return new FunctionDriver(code(handler.$code) as FunctionHandler, clock)
  },
}

/** The argument of a call, or the text from which to make it. */
type Input = { readonly value: unknown } | { readonly json: Template }

class FunctionDriver implements TargetDriver {
  readonly #handler: FunctionHandler
  readonly #parts: CallParts
  readonly #calls = new Calls<Call>()

  constructor(handler: FunctionHandler, clock: Clock) {
    this.#handler = handler
    this.#parts = {
      clock,
      deadlines: new Deadlines(clock, (slot) => this.#calls.get(slot)?.expire()),
      onEnded: (slot) => this.#calls.remove(slot),
    }
  }

  compile({ input }: Readonly<Record<string, unknown>>): Input {
    const json = Template.parse(JSON.stringify(input) ?? 'null', encodeInJsonString)
    return json.constant === null ? { json } : { value: input }
  }

  start(exchange: Exchange): void {
    const call = this.#calls.add((slot) => new Call(exchange, slot, this.#parts))
    void call.run(this.#handler)
  }

  abort(exchange: Exchange): void {
    this.#calls.of(exchange)?.abort()
  }

  endSession(): void {
    // A function keeps nothing for an agent.
  }

  createClient(perform: Perform): FunctionClient {
    return new FunctionClient(perform)
  }

  stats(): DriverStats {
    return { openConnections: 0, waiting: 0 }
  }

  close(): Promise<void> {
    this.#parts.deadlines.stop()
    for (const call of this.#calls) call.abort()
    return Promise.resolve()
  }
}

/** Parts that the calls of a driver share. */
interface CallParts {
  readonly clock: Clock
  readonly deadlines: Deadlines
  /** Called once for each, before its exchange settles. */
  readonly onEnded: (slot: number) => void
}

class Call {
  readonly exchange: Exchange
  readonly #slot: number
  readonly #parts: CallParts
  #controller: AbortController | null = null
  #ended = false

  constructor(exchange: Exchange, slot: number, parts: CallParts) {
    this.exchange = exchange
    this.#slot = slot
    this.#parts = parts
  }

  /** Calls the function, from a turn of its own: an answer that is there at once still settles after `start`. */
  async run(handler: FunctionHandler): Promise<void> {
    await Promise.resolve()
    const { clock, deadlines } = this.#parts
    const nowMs = clock.nowMs()
    this.exchange.sentMs = nowMs
    deadlines.set(this.#slot, nowMs + this.#limitMs)
    const failure = await this.#call(handler)
    if (!this.#ended && deadlines.isPast(this.#slot, clock.nowMs())) this.expire()
    else if (failure === null) this.#end('none', '')
    else this.#end('code', failure)
  }

  /** Gives the call up; the exchange ends soon. */
  abort(): void {
    this.#parts.clock.soon(() => this.#giveUp('aborted', 'aborted by the harness'))
  }

  /** There is no first byte before the last: the shorter of both times counts. */
  expire(): void {
    const { firstByteMs, totalMs } = this.exchange.timeouts
    const kind = firstByteMs < totalMs ? 'timeout-first-byte' : 'timeout-total'
    this.#giveUp(kind, `no result within ${formatDurationMs(this.#limitMs)}`)
  }

  get #limitMs(): number {
    return Math.min(this.exchange.timeouts.firstByteMs, this.exchange.timeouts.totalMs)
  }

  /** Made when a function asks for it: most do not, and it costs more than the call. */
  get #signal(): AbortSignal {
    this.#controller ??= new AbortController()
    return this.#controller.signal
  }

  /** Returns what went wrong, for people; null when nothing did. */
  async #call(handler: FunctionHandler): Promise<string | null> {
    const { exchange } = this
    const { agent, keepAnswer, variables } = exchange
    try {
      const input = inputOf(exchange.request as Input, variables)
      const result = await handler(input, new CallContext(agent, () => this.#signal))
      if (keepAnswer && !this.#ended) exchange.body = Buffer.from(JSON.stringify(result) ?? '')
      return null
    } catch (thrown) {
      return messageOf(thrown)
    }
  }

  #giveUp(kind: ErrorKind, text: string): void {
    if (!this.#ended) this.#controller?.abort()
    this.#end(kind, text)
  }

  /** Once: what comes later finds the call ended. */
  #end(kind: ErrorKind, text: string): void {
    if (this.#ended) return
    this.#ended = true
    const { clock, deadlines, onEnded } = this.#parts
    const { exchange } = this
    deadlines.clear(this.#slot)
    putError(exchange, kind, text)
    exchange.doneMs = clock.nowMs()
    if (kind === 'none') exchange.firstByteMs = exchange.doneMs
    onEnded(this.#slot)
    exchange.settle()
  }
}

/** Second argument of the author's function. */
class CallContext {
  readonly agent: number
  readonly #signalOf: () => AbortSignal

  constructor(agent: number, signalOf: () => AbortSignal) {
    this.agent = agent
    this.#signalOf = signalOf
  }

  get signal(): AbortSignal {
    return this.#signalOf()
  }
}

function inputOf(input: Input, variables: VariableLookup): unknown {
  return 'json' in input ? JSON.parse(input.json.render(variables)) : input.value
}
