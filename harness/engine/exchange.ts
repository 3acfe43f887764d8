/** Requests in flight as pooled objects: taken when a request starts, released when it is recorded. */

import { bodyText } from '../base/body-text.ts'
import type { VariableLookup } from '../base/template.ts'
import { ERROR_KINDS, type ErrorKind } from '../model/outcome.ts'
import type { Timeouts } from '../model/plan.ts'
import type { Answer, Exchange, SentAs } from '../ports/target.ts'
import type { CodeRequest } from './code-port.ts'
import type { FailedRequest } from './failure-log.ts'
import type { RequestOp } from './program.ts'
import type { Observation, StepRecorder } from './step-recorder.ts'

/** Looks up a variable of an agent. */
export type AgentVariables = (agent: number, name: string) => string | undefined

/** Returns the identity of the agent in a slot. */
export type AgentIdentity = (agent: number) => number

/** The engine's exchange: the fields for the driver, and those for the walker and the recorder. */
export class PooledExchange implements Exchange, Observation, FailedRequest {
  readonly #settled: (exchange: PooledExchange) => void
  readonly #identityOf: AgentIdentity
  readonly variables: VariableLookup

  agent = -1
  op: RequestOp = null as unknown as RequestOp
  recorder: StepRecorder = null as unknown as StepRecorder
  /** Set while code waits for the answer. */
  codeRequest: CodeRequest | null = null
  /** The number of the attempt of a request of code, from 1. */
  attempt = 0
  request: unknown = null
  timeouts: Timeouts = null as unknown as Timeouts
  keepAnswer = false

  intendedMs = 0
  sentMs = 0
  firstByteMs = 0
  doneMs = 0
  traceNumber = 0
  networkDelayMs = 0
  status = 0
  bytesSent = 0
  bytesReceived = 0
  outcome = 0
  errorKind = 0
  isUntimed = false
  errorText = ''
  header: ((name: string) => string | undefined) | null = null
  body: Buffer | null = null
  componentCount = 0
  readonly componentNames: string[] = []
  readonly componentMs: number[] = []
  /** The position in the list of exchanges in flight. */
  inFlightIndex = -1

  constructor(
    settled: (exchange: PooledExchange) => void,
    variables: AgentVariables,
    identityOf: AgentIdentity,
  ) {
    this.#settled = settled
    this.#identityOf = identityOf
    this.variables = (name) => variables(this.agent, name)
  }

  /** Computed on demand: only requests that are recorded one by one need it. */
  get agentId(): number {
    return this.#identityOf(this.agent)
  }

  /** Resets it for one request that will be recorded. */
  begin(
    agent: number,
    op: RequestOp,
    request: unknown,
    intendedMs: number,
    networkDelayMs: number,
    recorder: StepRecorder,
  ): void {
    this.lend(agent, op, request)
    this.recorder = recorder
    this.intendedMs = intendedMs
    this.networkDelayMs = networkDelayMs
  }

  /** Resets it for one request. */
  lend(agent: number, op: RequestOp, request = op.request): void {
    this.agent = agent
    this.op = op
    this.request = request
    this.timeouts = op.timeouts
    this.keepAnswer = op.keepAnswer
    this.sentMs = 0
    this.firstByteMs = 0
    this.doneMs = 0
    this.traceNumber = 0
    this.status = 0
    this.bytesSent = 0
    this.bytesReceived = 0
    this.outcome = 0
    this.errorKind = 0
    this.errorText = ''
    this.header = null
    this.body = null
    this.componentCount = 0
  }

  addComponent(name: string, durationMs: number): void {
    this.componentNames[this.componentCount] = name
    this.componentMs[this.componentCount] = durationMs
    this.componentCount++
  }

  settle(): void {
    this.#settled(this)
  }

  sentAs(): SentAs | null {
    return this.op.driver.sentAs?.(this) ?? null
  }

  bodyStart(charsMax: number): string | null {
    const start = this.body?.subarray(0, charsMax) ?? null
    return start === null ? null : bodyText(start, this.header?.('content-type'))
  }
}

/** The free exchanges, and those in flight (for the drain). */
export class ExchangePool {
  readonly #free: PooledExchange[] = []
  readonly #inFlight: PooledExchange[] = []
  readonly #make: () => PooledExchange

  constructor(make: () => PooledExchange) {
    this.#make = make
  }

  get inFlightCount(): number {
    return this.#inFlight.length
  }

  get inFlight(): readonly PooledExchange[] {
    return this.#inFlight
  }

  take(): PooledExchange {
    const exchange = this.#free.pop() ?? this.#make()
    exchange.inFlightIndex = this.#inFlight.length
    this.#inFlight.push(exchange)
    return exchange
  }

  /** Removes it from the in-flight list (by swapping with the last) and keeps it for the next request. */
  release(exchange: PooledExchange): void {
    const last = this.#inFlight.pop() as PooledExchange
    if (last !== exchange) {
      this.#inFlight[exchange.inFlightIndex] = last
      last.inFlightIndex = exchange.inFlightIndex
    }
    exchange.inFlightIndex = -1
    exchange.header = null
    exchange.body = null
    this.#free.push(exchange)
  }
}

/** The answer for journey code: a copy, because the exchange returns to its pool. */
export class ExchangeAnswer implements Answer {
  readonly ok: boolean
  readonly status: number
  readonly errorKind: ErrorKind
  readonly errorText: string
  readonly #header: PooledExchange['header']
  readonly #body: Buffer | null

  constructor({ status, errorKind, errorText, header, body }: PooledExchange) {
    this.ok = errorKind === 0
    this.status = status
    this.errorKind = ERROR_KINDS[errorKind] ?? 'none'
    this.errorText = errorText
    this.#header = header
    this.#body = body
  }

  header(name: string): string | undefined {
    return this.#header?.(name)
  }

  text(): string {
    return bodyText(this.#body, this.#header?.('content-type'))
  }

  json<T>(): T {
    return JSON.parse(this.text()) as T
  }
}
