import { ERROR_KIND_INDEX, type ErrorKind } from '../../harness/model/outcome.ts'
import type { Answer, DriverStats, Exchange, Perform, TargetDriver } from '../../harness/ports/target.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** What the target does with one request. */
export interface ScriptedAnswer {
  readonly delayMs: number
  readonly kind?: ErrorKind
  readonly status?: number
}

/** A driver on the virtual clock: `script` says what becomes of each request, by its number and instant. */
export class ScriptedTarget implements TargetDriver {
  readonly seen: { readonly agent: number; readonly atMs: number; readonly request: unknown }[] = []
  readonly #clock: VirtualClock
  readonly #script: (number: number, nowMs: number) => ScriptedAnswer
  readonly #inFlight = new Set<Exchange>()

  constructor(clock: VirtualClock, script: (number: number, nowMs: number) => ScriptedAnswer) {
    this.#clock = clock
    this.#script = script
  }

  compile(request: Readonly<Record<string, unknown>>): unknown {
    return request
  }

  start(exchange: Exchange): void {
    const nowMs = this.#clock.nowMs()
    const answer = this.#script(this.seen.length, nowMs)
    this.seen.push({ agent: exchange.agent, atMs: nowMs, request: exchange.request })
    this.#inFlight.add(exchange)
    exchange.sentMs = nowMs
    this.#clock.after(answer.delayMs, () => this.#end(exchange, answer.kind ?? 'none', answer.status ?? 200))
  }

  abort(exchange: Exchange): void {
    this.#end(exchange, 'aborted', 0)
  }

  endSession(): void {}

  createClient(perform: Perform): { get(step: string): Promise<Answer> } {
    return { get: (step) => perform({}, { step }) }
  }

  stats(): DriverStats {
    return { openConnections: 0, waiting: 0 }
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  #end(exchange: Exchange, kind: ErrorKind, status: number): void {
    if (!this.#inFlight.delete(exchange)) return
    exchange.status = status
    exchange.errorKind = ERROR_KIND_INDEX[kind]
    exchange.firstByteMs = exchange.doneMs = this.#clock.nowMs()
    exchange.settle()
  }
}
