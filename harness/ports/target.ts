/**
 * The contract of a driver, which performs the exchanges of one shard with a target, and never throws because of a server's behaviour.
 * A plugin (`target-plugin.ts`) creates it.
 */
import type { Clock } from '../base/clock.ts'
import type { VariableLookup } from '../base/template.ts'
import type { Measure } from '../model/measures.ts'
import type { ErrorKind } from '../model/outcome.ts'
import type { Timeouts } from '../model/plan.ts'

/**
 * One request in flight. The engine owns and pools it, and lends it to the driver between `start` and `settle`.
 * Instants are `Clock.nowMs()` of the shard's thread; 0 = not reached.
 */
export interface Exchange {
  /** The slot of the agent in its shard, which is the key of its connection and cookies. */
  readonly agent: number
  /** The result of `compile`. */
  readonly request: unknown
  readonly variables: VariableLookup
  readonly timeouts: Timeouts
  /** True: the driver keeps headers and body for judgement, extraction or code. False: it only counts bytes. */
  readonly keepAnswer: boolean
  /** The name under which it is recorded. */
  readonly step: string
  /** The instant at which the plan wanted it. Drivers that put an instant into messages use this one. */
  readonly intendedMs: number

  /**
   * The time for which it waited for a connection to be opened before anything was sent (names, TCP, TLS), ms; 0 = there was one.
   * Not the time for which all connections were busy.
   */
  connectMs: number
  /** The instant when the first byte was handed to the socket. */
  sentMs: number
  firstByteMs: number
  /** The instant of the last byte or of the failure. */
  doneMs: number
  /** The time, ms, that it waited because other requests of its agent held all connections or streams that the agent may have. */
  ownWaitMs: number
  /** The number of its trace (`Tracing.issued`); 0 = it carried none of ours. */
  traceNumber: number
  status: number
  bytesSent: number
  bytesReceived: number
  /** Index into ERROR_KINDS; 0 = answered. The engine, not the driver, sets `status` and `expectation`. */
  errorKind: number
  /** Detail of the failure, for people; of an answer, what the server says to a status that is not good. */
  errorText: string
  /** Returns the value of a header; for `ALL_HEADERS` the lines of all of them, where the target keeps them. */
  header: ((name: string) => string | undefined) | null
  body: Buffer | null
  /** The number of rows, messages, events or entries of the answer, for `expect: { count }`. */
  items: number
  /** False when nobody answers: it is over as soon as it is handed over, and has no service time. True unless the driver says so. */
  acknowledged: boolean

  /** Records a value that the target measures, any number of times between `start` and `settle`. @param value in the measure's unit */
  measure(measure: Measure, value: number): void
  /** Adds one component time as reported by the server (`Server-Timing`). */
  addComponent(name: string, durationMs: number): void
  /** Ends the exchange: exactly once per `start`, never from inside `start`. The driver drops its reference before the call. */
  settle(): void
}

/** Stands for all headers of an answer, where a name of one is expected; no header is called so. */
export const ALL_HEADERS = '*'

/** The fields that a driver writes into an exchange, before it has. Classes on the hot path list it as their fields. */
export const UNSTARTED = {
  connectMs: 0,
  sentMs: 0,
  firstByteMs: 0,
  doneMs: 0,
  ownWaitMs: 0,
  traceNumber: 0,
  status: 0,
  bytesSent: 0,
  bytesReceived: 0,
  errorKind: 0,
  errorText: '',
  header: null as Exchange['header'],
  body: null as Exchange['body'],
  items: 0,
  acknowledged: true,
} satisfies Partial<Exchange>

/** A JSON document whose shape the author did not declare. */
export type JsonDocument = { readonly [key: string]: JsonDocument } & { toString(): string }

/** The answer as journey code receives it. */
export interface Answer {
  /** True when answered and judged good. */
  readonly ok: boolean
  readonly status: number
  /** `none` when answered and good. */
  readonly errorKind: string
  readonly errorText: string
  /**
   * Fails a good answer after a look at it: its request is counted as failed, kind `check`, with the reason. Possible until the
   * agent's next request or pause; an answer that has failed already keeps its own reason. @throws Error when it comes too late
   */
  fail(reason: string): void
  header(name: string): string | undefined
  text(): string
  /** Parses the body. @throws SyntaxError when the body is not JSON. */
  json<T = JsonDocument>(): T
}

/** Options that every request of a code journey takes, for any target. */
export interface PerformOptions {
  /** The name under which the request is recorded. */
  readonly step: string
  readonly expect?: Readonly<Record<string, unknown>> | undefined
  readonly timeouts?: Partial<Timeouts> | undefined
}

/** Sends and records one compiled request for the agent whose code is running. Resolves for every outcome. */
export type Perform = (request: unknown, options: PerformOptions) => Promise<Answer>

/** The numbers of sockets and waiting exchanges of one shard. */
export interface DriverStats {
  readonly openConnections: number
  /** Exchanges waiting for a connection of a shared pool. */
  readonly waiting: number
}

/** A request as it was sent, for people. */
export interface SentAs {
  readonly method: string
  readonly url: string
}

/** A request as it was sent, whole, for whoever tries a scenario. */
export interface SentWhole extends SentAs {
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string | Uint8Array | null
}

/** Performs exchanges for one shard. */
export interface TargetDriver {
  /** Prepares a request once per step. @param step the name under which it is recorded @throws HarnessError SCENARIO_INVALID */
  compile(request: Readonly<Record<string, unknown>>, step: string): unknown
  /** Opens what load should not pay for: pools, standing consumers. Awaited before the load. @throws HarnessError TARGET_UNREACHABLE */
  ready?(): Promise<void>
  start(exchange: Exchange): void
  /** Aborts a started exchange: it settles soon, as `aborted` unless it had already failed otherwise. */
  abort(exchange: Exchange): void
  /** Ends the session of an agent: its cookies are dropped, its connection may be kept. */
  endSession(agent: number): void
  /** Creates the object that code journeys call (`target.get(...)`). */
  createClient(perform: Perform): object
  /** Describes the request of an exchange that has failed; absent, or null, where there is nothing to tell. */
  sentAs?(exchange: Exchange): SentAs | null
  /**
   * Describes the whole request of an exchange that has been started; absent, or null, where there is nothing to tell. Only trials ask.
   * @throws UnsetVariable
   */
  sentWhole?(exchange: Exchange): SentWhole | null
  stats(): DriverStats
  /** Resolves when nothing more is expected after the load, at the latest at `deadlineMs` of the clock. Called before `close`. */
  quiesce?(deadlineMs: number): Promise<void>
  /** Closes every connection and timer; resolves when none is left. */
  close(): Promise<void>
}

/** Marks on the requests of a shard, by which they can be found in the traces and logs of the target. */
export interface Tracing {
  /** The value of `x-correlation-id`. */
  readonly correlationId: string
  /** The first 20 hex digits of the trace ids of the shard (`base/trace-id.ts`). */
  readonly prefix: string
  /** The count of numbers given out by all drivers of the shard: every attempt takes the next. */
  issued: number
}

/** The place of a driver in its run: for the names of clients and groups. */
export interface DriverPlace {
  /** The name of the target in the plan. */
  readonly target: string
  readonly runId: string
  readonly shard: number
  readonly shardCount: number
}

/** Takes what happens outside any exchange. Nothing is recorded before the load. */
export interface TargetEvents {
  /** Records a value for a step, in the phase that holds `intendedMs`. @param value in the measure's unit */
  measure(step: string, measure: Measure, value: number, intendedMs: number): void
  /** Counts a fault that no exchange waits for: a connection or subscription that was lost or refused. @param text for people */
  fault(step: string, kind: ErrorKind, text: string): void
}

/** The kind of a delivery: for the first time or again, of a message given up as lost, or of none of this run. */
export type Delivery = 'first' | 'again' | 'late' | 'foreign'

/** Accounts for the messages of a target that it publishes and consumes itself, over all shards of the run. */
export interface DeliveryChannel {
  /** The header of the message that was published last, to be sent with it: copied before the next is. */
  readonly header: Uint8Array
  /**
   * Gives out the number of a message that is about to be sent, and fills `header`.
   * @param step the name under which it is recorded
   * @param connection the one it is sent on, numbered in its shard: the order of messages is judged by connection
   */
  publish(step: string, connection: number, intendedMs: number, sentMs: number): number
  /** Takes back a number: the broker refused the message, or nobody knows whether it took it. */
  withdraw(sequence: number, why: 'refused' | 'in-doubt'): void
  /** Accounts for a message that a subscriber was handed, and times it. @param header as it was sent; any other is foreign */
  deliver(header: Uint8Array, subscriber: number, receivedMs: number): Delivery
  /** Returns the number of deliveries that are still expected. */
  pending(): number
  /** Tells that this shard publishes no more. Resolves when none does and nothing is expected, at the latest at `deadlineMs`. */
  drained(deadlineMs: number): Promise<void>
}

/** The context in which a driver is created. */
export interface DriverContext {
  readonly clock: Clock
  /** The number of agents of this shard; slots are 0 to agents - 1. */
  readonly agents: number
  readonly place: DriverPlace
  /** The seed of the run, for what a driver draws. */
  readonly seed: number
  readonly events: TargetEvents
  /** The account of its messages; null where the configuration consumes none (`TargetPlugin.channelOf`), and beside a load. */
  readonly channel: DeliveryChannel | null
  /** The result of `provision`. */
  readonly provisioned: Readonly<Record<string, unknown>>
  /** The maximum number of connections of this shard to this target; null = each agent has its own. */
  readonly connections: number | null
  /** The maximum number of connections of an agent that has its own; 1 to 100. */
  readonly connectionsPerAgent: number
  readonly defaultTimeouts: Timeouts
  /** The commands of this machine that may be run. */
  readonly allowCommands: readonly string[]
  /** The state that the drivers of a shard share, by a name of the plugin's choosing: cookies do not keep to one target. */
  readonly shared: Map<string, unknown>
  /** Null when requests are not marked. */
  readonly tracing: Tracing | null
  /** Values of secrets by name, for `fillSecrets`: a configuration comes as it was written. */
  readonly secrets: Readonly<Record<string, string>>
  /** Finds a function of the scenario module by its path (`targets.main.handler`), for targets written as code. */
  readonly code: (path: string) => unknown
}
