/**
 * The contract of a target, the system that answers requests. A plugin validates configuration and requests, may launch a process
 * for the run, and creates one driver per shard. The driver performs exchanges and never throws because of a server's behaviour.
 */
import type { z } from 'zod'
import type { Clock } from '../base/clock.ts'
import type { VariableLookup } from '../base/template.ts'
import type { OperationMix, Timeouts } from '../model/plan.ts'

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

  /** The instant when the first byte was handed to the socket. */
  sentMs: number
  firstByteMs: number
  /** The instant of the last byte or of the failure. */
  doneMs: number
  /** The number of its trace (`Tracing.issued`); 0 = it carried none of ours. */
  traceNumber: number
  status: number
  bytesSent: number
  bytesReceived: number
  /** Index into ERROR_KINDS; 0 = answered. The engine, not the driver, sets `status` and `expectation`. */
  errorKind: number
  /** Detail of the failure, for people; '' when answered. */
  errorText: string
  header: ((name: string) => string | undefined) | null
  body: Buffer | null

  /** Adds one component time as reported by the server (`Server-Timing`). */
  addComponent(name: string, durationMs: number): void
  /** Ends the exchange: exactly once per `start`, never from inside `start`. The driver drops its reference before the call. */
  settle(): void
}

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

/** Performs exchanges for one shard. */
export interface TargetDriver {
  /** Prepares a request once per step. @throws HarnessError SCENARIO_INVALID */
  compile(request: Readonly<Record<string, unknown>>): unknown
  start(exchange: Exchange): void
  /** Aborts a started exchange: it settles soon, as `aborted` unless it had already failed otherwise. */
  abort(exchange: Exchange): void
  /** Ends the session of an agent: its cookies are dropped, its connection may be kept. */
  endSession(agent: number): void
  /** Creates the object that code journeys call (`target.get(...)`). */
  createClient(perform: Perform): object
  /** Describes the request of an exchange that has failed; absent, or null, where there is nothing to tell. */
  sentAs?(exchange: Exchange): SentAs | null
  stats(): DriverStats
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

/** The context in which a driver is created. */
export interface DriverContext {
  readonly clock: Clock
  /** The number of agents of this shard; slots are 0 to agents - 1. */
  readonly agents: number
  /** The maximum number of connections of this shard; null = one per agent. */
  readonly connections: number | null
  readonly defaultTimeouts: Timeouts
  /** The state that the drivers of a shard share, by a name of the plugin's choosing: cookies do not keep to one target. */
  readonly shared: Map<string, unknown>
  /** Null when requests are not marked. */
  readonly tracing: Tracing | null
  /** Finds a function of the scenario module by its path (`targets.main.handler`), for targets written as code. */
  readonly code: (path: string) => unknown
}

/** The result of probing the target before any load. */
export interface ProbeResult {
  readonly reachable: boolean
  /** The answer or the failure, for people. */
  readonly message: string
  readonly elapsedMs: number
}

/** A target process that lives as long as the run. */
export interface LaunchedTarget {
  /** The configuration, completed with facts that only the running process knows (its URL). */
  readonly config: Readonly<Record<string, unknown>>
  readonly pid: number | null
  stop(): Promise<void>
}

/** The context in which a target is launched. */
export interface LaunchContext {
  readonly clock: Clock
  readonly seed: number
  /** A folder that the target may write to. */
  readonly scratchDir: string
}

/** The statuses of a protocol. */
export interface StatusLanguage {
  /** Schema of `expect: { status }`. */
  readonly expected: z.ZodType
  /** Good where a step expects nothing of the status. */
  isGood(status: number): boolean
  /** Returns a test for the expected statuses. @param expected parsed by `expected` */
  compile(expected: unknown): (status: number) => boolean
  /** Returns the name by which people know a status: `HTTP 404`, `NOT_FOUND`. */
  nameOf(status: number): string
}

/** A request with the name under which it is recorded. */
export interface NamedRequest {
  readonly step: string
  /** As the plugin's `requestSchema` takes it. */
  readonly request: Readonly<Record<string, unknown>>
}

/** One of the requests that a step of a target's own stands for. */
export interface WeightedRequest extends NamedRequest {
  readonly weight: number
  /** At most one is sent after an ok answer. */
  readonly followUps: readonly (NamedRequest & { readonly kind: string; readonly probability: number })[]
}

/** A step of a target's own, beside `request`: `{ operations: { ... } }`. One of several requests is sent, by weight. */
export interface StepKind {
  /** Its key in a step. */
  readonly name: string
  /** Its settings; those of `walk` in `targets/step.ts` are among them. */
  readonly schema: z.ZodType<Record<string, unknown>>
  /** @param settings parsed by `schema` @param mix of the workload */
  expand(settings: Readonly<Record<string, unknown>>, mix: OperationMix): readonly WeightedRequest[]
}

/** A target as a scenario names it; `Client` is what code journeys call. */
export interface TargetRef<Client = unknown> {
  readonly plugin: string
  readonly config: Readonly<Record<string, unknown>>
  /** Never set: carries the type. */
  readonly client?: Client
}

/** A kind of target. All that is particular to a protocol comes with its plugin; nothing else asks for one by name. */
export interface TargetPlugin {
  readonly name: string
  /** The configuration as written in scenarios, defaults included. */
  readonly configSchema: z.ZodType<Record<string, unknown>>
  /** One request as written in declarative steps. */
  readonly requestSchema: z.ZodType<Record<string, unknown>>
  /** Steps of its own, beside requests. */
  readonly steps?: readonly StepKind[]
  readonly status: StatusLanguage
  /** Connections: one an agent, or none at all. */
  readonly connections: 'agent' | 'none'
  /** Made of code: only TypeScript scenarios can have it, and the JSON Schema leaves it out. */
  readonly isCode?: true
  /** Configuration of the target at a URL (`--target`); null when it speaks another protocol. */
  atUrl?(url: string): Readonly<Record<string, unknown>> | null
  /** Step name of a request that was given none. */
  nameOf(request: Readonly<Record<string, unknown>>): string
  /** Returns the host names that load would be sent to; loopback needs no permission. */
  hostsOf(config: Readonly<Record<string, unknown>>): readonly string[]
  /** Starts the target for the run, for targets that proofload launches. @throws HarnessError TARGET_LAUNCH_FAILED */
  launch?(config: Readonly<Record<string, unknown>>, context: LaunchContext): Promise<LaunchedTarget>
  /** Sends one cheap request; never throws. Null when there is nothing to probe. */
  probe(config: Readonly<Record<string, unknown>>, clock: Clock): Promise<ProbeResult | null>
  createDriver(config: Readonly<Record<string, unknown>>, context: DriverContext): TargetDriver
}
