import type { CancelTimer, Clock } from '../../harness/base/clock.ts'
import { ERROR_KIND_INDEX, type ErrorKind } from '../../harness/model/outcome.ts'
import type { Exchange, Perform, TargetDriver } from '../../harness/ports/target.ts'

/** What the target does with one request; times on the clock it was made with. */
export interface ScriptedAnswer {
  /** From sent to done; Infinity = never. */
  readonly delayMs: number
  /** From start to sent: waiting for a connection. */
  readonly sendDelayMs?: number
  /** The part of that in which the connection was opened. */
  readonly connectMs?: number
  readonly status?: number
  /** Why there is no answer. */
  readonly error?: ErrorKind
  readonly body?: string
  readonly components?: Readonly<Record<string, number>>
}

/** A request as the target saw it. */
export interface SeenRequest {
  /** 0 for the first one. */
  readonly number: number
  readonly agent: number
  readonly request: unknown
  readonly startedMs: number
}

/** Decides by list, or by looking at the request. A list that has run out repeats its last answer. */
export type Script = readonly ScriptedAnswer[] | ((seen: SeenRequest) => ScriptedAnswer)

/** A target without a network: it answers as it was told to, when it was told to. */
export class ScriptedTarget implements TargetDriver {
  readonly requests: SeenRequest[] = []
  /** Slots whose session ended, in order. */
  readonly endedSessions: number[] = []
  readonly #clock: Clock
  readonly #script: Script
  readonly #timers = new Map<Exchange, CancelTimer>()

  constructor(clock: Clock, script: Script) {
    this.#clock = clock
    this.#script = script
  }

  compile(request: Readonly<Record<string, unknown>>): unknown {
    return request
  }

  start(exchange: Exchange): void {
    const { agent, request } = exchange
    const seen = { number: this.requests.length, agent, request, startedMs: this.#clock.nowMs() }
    this.requests.push(seen)
    const answer = this.#answerTo(seen)
    const { delayMs, sendDelayMs = 0 } = answer
    this.#timers.set(exchange, () => undefined)
    const send = () => {
      exchange.connectMs = answer.connectMs ?? 0
      exchange.sentMs = this.#clock.nowMs()
      if (delayMs !== Number.POSITIVE_INFINITY)
        this.#timers.set(
          exchange,
          this.#clock.after(delayMs, () => this.#finish(exchange, answer)),
        )
    }
    if (sendDelayMs === 0) send()
    else this.#timers.set(exchange, this.#clock.after(sendDelayMs, send))
  }

  abort(exchange: Exchange): void {
    const cancel = this.#timers.get(exchange)
    if (cancel === undefined) return
    cancel()
    this.#timers.delete(exchange)
    this.#clock.soon(() => {
      exchange.errorKind = ERROR_KIND_INDEX.aborted
      exchange.doneMs = this.#clock.nowMs()
      exchange.settle()
    })
  }

  endSession(agent: number): void {
    this.endedSessions.push(agent)
  }

  createClient(perform: Perform): object {
    return { get: (path: string) => perform({ path }, { step: path }) }
  }

  stats(): { openConnections: number; waiting: number } {
    return { openConnections: this.#timers.size, waiting: 0 }
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  #answerTo(seen: SeenRequest): ScriptedAnswer {
    if (typeof this.#script === 'function') return this.#script(seen)
    const answer = this.#script[Math.min(seen.number, this.#script.length - 1)]
    if (answer === undefined) throw new Error('a script needs at least one answer')
    return answer
  }

  #finish(exchange: Exchange, answer: ScriptedAnswer): void {
    this.#timers.delete(exchange)
    exchange.doneMs = this.#clock.nowMs()
    exchange.errorKind = ERROR_KIND_INDEX[answer.error ?? 'none']
    if (answer.error === undefined) {
      exchange.firstByteMs = exchange.doneMs
      exchange.status = answer.status ?? 200
      exchange.bytesReceived = answer.body?.length ?? 0
      exchange.body = exchange.keepAnswer ? Buffer.from(answer.body ?? '') : null
    }
    for (const [name, durationMs] of Object.entries(answer.components ?? {}))
      exchange.addComponent(name, durationMs)
    exchange.settle()
  }
}
