/** Requests in flight as pooled objects: taken when a request starts, released when it is recorded. */

import { bodyText } from '../base/body-text.ts'
import { parseJson } from '../base/parse-json.ts'
import type { VariableLookup } from '../base/template.ts'
import type { Measure } from '../model/measures.ts'
import { ERROR_KINDS, type ErrorKind, outcomeOfErrorKind } from '../model/outcome.ts'
import type { Timeouts } from '../model/plan.ts'
import { putError } from '../ports/exchange-error.ts'
import type { Answer, Exchange, SentAs } from '../ports/target.ts'
import type { CodeRequest } from './code-port.ts'
import type { FailedRequest } from './failure-log.ts'
import type { RequestOp } from './program.ts'
import type { Observation } from './recorder-settings.ts'
import type { SloValues } from './slos.ts'
import type { StepRecorder } from './step-recorder.ts'
import { CallScope } from './template-calls.ts'

/** The recorder of a request. */
export type RequestRecorder = Pick<StepRecorder, 'record' | 'measure' | 'noteFailure'>

/** Records nothing: for requests beside any load. */
export const UNRECORDED: RequestRecorder = {
  record: notRecorded,
  measure: notRecorded,
  noteFailure: notRecorded,
}

function notRecorded(): void {
  // It says nothing about the load.
}

/** Looks up a variable of an agent. @param scope of its request */
export type AgentVariables = (agent: number, name: string, scope: CallScope) => string | undefined

/** Returns the identity of the agent in a slot. */
export type AgentIdentity = (agent: number) => number

/** The engine's exchange: the fields for the driver, and those for the walker and the recorder. */
export class PooledExchange implements Exchange, Observation, FailedRequest {
  readonly #settled: (exchange: PooledExchange) => void
  readonly #identityOf: AgentIdentity
  readonly variables: VariableLookup
  readonly sloValues: SloValues | null
  /** The values that calls in its templates keep. */
  readonly scope = new CallScope()

  agent = -1
  op: RequestOp = null as unknown as RequestOp
  recorder: RequestRecorder = UNRECORDED
  /** Set while code waits for the answer. */
  codeRequest: CodeRequest | null = null
  /** The good answer that code has and may still fail. */
  answer: ExchangeAnswer | null = null
  /** The number of the attempt of a request of code, from 1. */
  attempt = 0
  request: unknown = null
  timeouts: Timeouts = null as unknown as Timeouts
  keepAnswer = false

  intendedMs = 0
  connectMs = 0
  sentMs = 0
  firstByteMs = 0
  doneMs = 0
  ownWaitMs = 0
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
  items = 0
  acknowledged = true
  componentCount = 0
  readonly componentNames: string[] = []
  readonly componentMs: number[] = []
  /** The position in the list of exchanges in flight. */
  inFlightIndex = -1
  #keptAgentId = -1

  constructor(
    settled: (exchange: PooledExchange) => void,
    variables: AgentVariables,
    identityOf: AgentIdentity,
    sloValues: SloValues | null = null,
  ) {
    this.#settled = settled
    this.sloValues = sloValues
    this.#identityOf = identityOf
    this.variables = (name) => variables(this.agent, name, this.scope)
  }

  /** Computed on demand: only requests that are recorded one by one need it. */
  get agentId(): number {
    return this.#keptAgentId === -1 ? this.#identityOf(this.agent) : this.#keptAgentId
  }

  get step(): string {
    return this.op.step
  }

  /** Keeps the identity of the agent: its slot may have another one by the time the request is recorded. */
  keepAgentId(): void {
    this.#keptAgentId = this.agentId
  }

  /** Resets it for one request that will be recorded. */
  begin(
    agent: number,
    op: RequestOp,
    request: unknown,
    intendedMs: number,
    networkDelayMs: number,
    recorder: RequestRecorder,
  ): void {
    this.lend(agent, op, request)
    this.recorder = recorder
    this.intendedMs = intendedMs
    this.networkDelayMs = networkDelayMs
  }

  /** Resets it for one request. */
  lend(agent: number, op: RequestOp, request = op.request): void {
    this.agent = agent
    this.#keptAgentId = -1
    this.op = op
    this.request = request
    this.timeouts = op.timeouts
    this.keepAnswer = op.keepAnswer
    this.connectMs = 0
    this.sentMs = 0
    this.firstByteMs = 0
    this.doneMs = 0
    this.ownWaitMs = 0
    this.traceNumber = 0
    this.status = 0
    this.bytesSent = 0
    this.bytesReceived = 0
    this.outcome = 0
    this.errorKind = 0
    this.errorText = ''
    this.header = null
    this.body = null
    this.items = 0
    this.acknowledged = true
    this.componentCount = 0
    if (this.sloValues !== null) this.sloValues.clear()
  }

  measure(measure: Measure, value: number): void {
    if (this.sloValues !== null) this.sloValues.note(measure, value)
    if (!this.isUntimed || measure.unit === 'count' || measure.unit === 'bytes')
      this.recorder.measure(measure, value)
  }

  addComponent(name: string, durationMs: number): void {
    this.componentNames[this.componentCount] = name
    this.componentMs[this.componentCount] = durationMs
    this.componentCount++
  }

  /** Adds the service time as that of a component, unless the answer told the time of it. */
  timeAs(component: string): void {
    for (let i = 0; i < this.componentCount; i++) if (this.componentNames[i] === component) return
    this.addComponent(component, this.doneMs - this.sentMs)
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

/** The answer for journey code: a copy, because the exchange returns to its pool. */
export class ExchangeAnswer implements Answer {
  readonly status: number
  readonly #header: PooledExchange['header']
  readonly #body: Buffer | null
  #errorKind: ErrorKind
  #errorText: string
  #isClosed = false

  constructor({ status, errorKind, errorText, header, body }: PooledExchange) {
    this.status = status
    this.#errorKind = ERROR_KINDS[errorKind] ?? 'none'
    this.#errorText = errorText
    this.#header = header
    this.#body = body
  }

  get ok(): boolean {
    return this.#errorKind === 'none'
  }

  get errorKind(): ErrorKind {
    return this.#errorKind
  }

  get errorText(): string {
    return this.#errorText
  }

  fail(reason: string): void {
    if (!this.ok) return
    if (this.#isClosed)
      throw new Error(
        `answer.fail('${reason}') came too late: its request was recorded when the agent sent the next one or paused`,
      )
    this.#errorKind = 'check'
    this.#errorText = String(reason)
  }

  /** Ends the time in which it can be failed, and passes a failure on to its exchange. */
  close(exchange: PooledExchange): void {
    this.#isClosed = true
    if (this.ok) return
    putError(exchange, this.#errorKind, this.#errorText)
    exchange.outcome = outcomeOfErrorKind(exchange.errorKind)
  }

  header(name: string): string | undefined {
    return this.#header?.(name)
  }

  text(): string {
    return bodyText(this.#body, this.#header?.('content-type'))
  }

  json<T>(): T {
    return parseJson(this.text()) as T
  }
}
